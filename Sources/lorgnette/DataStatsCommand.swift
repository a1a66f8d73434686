import ArgumentParser
import Foundation
import ImageFiles
import InterleavedData
import JSONText
import LorgnetteKit

/// `lorgnette data stats`: says what datasets are made of.
struct DataStatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Counts what datasets hold, and draws a contact sheet.",
        discussion: """
            Rows by set and split, sizes of pictures, lengths of texts, the most common captions and answers. \
            A contact sheet shows a hundred pictures, evenly from all sets, each with its caption or a question and answer.

            EXAMPLE
              lorgnette data scenes -o scenes --count 200
              lorgnette data stats scenes/pairs.jsonl --contact-sheet sheet.png
            """)

    @OptionGroup var options: DataPathOptions

    @Option(help: ArgumentHelp("Draw pictures with their texts into this PNG file.", valueName: "file.png"))
    var contactSheet: String?

    @Option(help: ArgumentHelp("How many common captions and answers are told.", valueName: "n")) var top = 10

    func validate() throws {
        if top < 0 { throw ValidationError("--top must be 0 or more") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let survey = try options.survey()
            let report = DataStatsReport(statistics: DatasetStatistics(survey, top: top))
            if let contactSheet {
                let bytes = try ContactSheet(records: survey.records).bitmap().pngData()
                do { try Data(bytes).write(to: URL(filePath: contactSheet), options: .atomic) } catch {
                    throw LorgnetteError(
                        kind: .readWrite, code: "write",
                        description: "\(contactSheet): cannot write: \(error.localizedDescription)")
                }
            }
            try CommandOutput.answer(options.json ? report.json.text : report.text)
            if !survey.failures.isEmpty { throw ExitCode(65) }
        }
    }
}

/// What statistics say, to people and to programs.
struct DataStatsReport {
    let statistics: DatasetStatistics

    /// Tables.
    var text: String {
        var lines = [Self.row(["set", "split", "rows", "pictures", "captions", "questions"])]
        for count in statistics.counts {
            lines.append(
                Self.row([
                    count.set.isEmpty ? "-" : count.set, count.split.isEmpty ? "-" : count.split,
                    "\(count.rows)", "\(count.pictures)", "\(count.captions)", "\(count.questions)",
                ]))
        }
        lines += ["", Self.row(["", "least", "10 %", "median", "90 %", "greatest"])]
        for (name, spread) in spreads {
            guard let spread else { continue }
            let numbers = [spread.least, spread.tenth, spread.median, spread.ninetieth, spread.greatest]
            lines.append(Self.row([name] + numbers.map(String.init)))
        }
        if statistics.unreadable > 0 { lines.append("\(statistics.unreadable) pictures could not be read") }
        lines += ["", "shorter side   pictures"]
        for (from, pictures) in statistics.shorterSides {
            lines.append(Self.row(["\(from)–\(from == 1 ? 31 : 2 * from - 1)", "\(pictures)"]))
        }
        for (noun, different, common) in [
            ("captions", statistics.differentCaptions, statistics.commonCaptions),
            ("answers", statistics.differentAnswers, statistics.commonAnswers),
        ] where different > 0 {
            lines += ["", "\(different) different \(noun)\(common.isEmpty ? "" : ", the most common:")"]
            lines += common.map { Self.row(["  \($0.count)", $0.text.onOneLine]) }
        }
        return lines.joined(separator: "\n")
    }

    private var spreads: [(String, DatasetStatistics.Spread?)] {
        [
            ("width", statistics.widths), ("height", statistics.heights), ("caption words", statistics.captionWords),
            ("answer words", statistics.answerWords),
        ]
    }

    /// Cells in columns; the first is wider.
    private static func row(_ cells: [String]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            line += isLast ? cell : cell + String(repeating: " ", count: max(1, (index == 0 ? 15 : 10) - cell.count))
        }
        return line
    }

    /// Everything.
    var json: JSONValue {
        func common(_ list: [(text: String, count: Int)]) -> JSONValue {
            .array(list.map { .object([("text", .string($0.text)), ("count", .integer($0.count))]) })
        }
        let counts = statistics.counts.map { count in
            JSONValue.object([
                ("set", .string(count.set)), ("split", .string(count.split)), ("rows", .integer(count.rows)),
                ("pictures", .integer(count.pictures)), ("captions", .integer(count.captions)),
                ("questions", .integer(count.questions)),
            ])
        }
        let sides = statistics.shorterSides.map { side in
            JSONValue.object([("from", .integer(side.from)), ("pictures", .integer(side.pictures))])
        }
        let spreads = spreads.map { name, spread in
            (
                key: name.replacingOccurrences(of: " ", with: "_"),
                value: spread.map { spread in
                    JSONValue.object([
                        ("least", .integer(spread.least)), ("tenth", .integer(spread.tenth)),
                        ("median", .integer(spread.median)), ("ninetieth", .integer(spread.ninetieth)),
                        ("greatest", .integer(spread.greatest)),
                    ])
                } ?? .null
            )
        }
        return .object(
            [("counts", .array(counts))] + spreads + [
                ("unreadable", .integer(statistics.unreadable)), ("shorter_sides", .array(sides)),
                ("different_captions", .integer(statistics.differentCaptions)),
                ("common_captions", common(statistics.commonCaptions)),
                ("different_answers", .integer(statistics.differentAnswers)),
                ("common_answers", common(statistics.commonAnswers)),
            ])
    }
}
