import ArgumentParser
import Foundation
import InterleavedData
import JSONText
import LorgnetteKit
import TextTokens

/// `lorgnette data check`: says what is wrong with datasets.
struct DataCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what is broken, repeated, leaked between splits or too long in datasets.",
        discussion: """
            Reads every row and every picture. Malformed rows, missing or unreadable pictures and rows without any text \
            are broken: the exit status is 65. Empty texts beside others, texts over the limit, repeated pictures (of equal \
            bytes, or alike at 16×16 pixels) and pictures that stand in several splits are told, and are for you to judge.

            EXAMPLE
              lorgnette data scenes -o scenes --count 200
              lorgnette data check scenes/pairs.jsonl
            """)

    @OptionGroup var options: DataPathOptions

    @Option(help: ArgumentHelp("Longest text, in tokens where -m is given, else in words.", valueName: "n"))
    var limit = 64

    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp("A model folder whose tokenizer measures texts.", valueName: "dir"))
    var model: String?

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            let started = ContinuousClock.now
            let tokenizer = try model.map(Self.tokenizer)
            let survey = try options.survey()
            let check = DatasetCheck(survey, limit: limit) { text in
                tokenizer?.encode(text, addingSpecialTokens: false).count ?? text.wordCount
            }
            let report = DataCheckReport(check: check, limit: limit, unit: tokenizer == nil ? "words" : "tokens")
            try CommandOutput.answer(options.json ? report.json.text : report.text)
            if !options.quiet {
                let seconds = ((ContinuousClock.now - started) / .seconds(1)).formatted(
                    .number.precision(.fractionLength(1)))
                CommandOutput.note("\(check.pictureCount) pictures looked at in \(seconds) s")
            }
            if check.isBroken { throw ExitCode(65) }
        }
    }

    private static func tokenizer(_ folder: String) throws(LorgnetteError) -> TextTokenizer {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw LorgnetteError(
                kind: .missingInput, code: "missing", description: "\(folder): no such model folder")
        }
        do { return try TextTokenizer(folder: URL(filePath: folder, directoryHint: .isDirectory)) } catch {
            throw LorgnetteError(kind: .badData, code: "tokenizer", description: "\(error)")
        }
    }
}

/// What a check says, to people and to programs.
struct DataCheckReport {
    let check: DatasetCheck
    let limit: Int
    let unit: String

    /// How many findings of a kind people are shown.
    private static let shown = 5

    /// A line for each kind of finding, the first few of it below.
    var text: String {
        var lines = ["\(check.rowCount) rows, \(check.pictureCount) pictures"]
        if check.rowsWithoutPicture > 0 { lines.append("\(check.rowsWithoutPicture) rows of text alone, left out") }
        func tell(_ title: String, _ found: [String]) {
            lines.append(title + String(repeating: " ", count: max(1, 30 - title.count)) + String(found.count))
            lines += found.prefix(Self.shown).map { "  " + $0.onOneLine }
            if found.count > Self.shown { lines.append("  and \(found.count - Self.shown) more (--json tells all)") }
        }
        if !check.failures.isEmpty { tell("unreadable datasets", check.failures.map(\.description)) }
        tell("malformed rows", check.malformedRows.map(\.description))
        tell("missing pictures", check.missing.map(\.error.description))
        tell("unreadable pictures", check.unreadable.map(\.error.description))
        tell("rows without text", check.rowsWithoutText)
        tell("empty texts", check.emptyTexts.map { "\($0.row): an empty \($0.kind.rawValue)" })
        tell("texts over \(limit) \(unit)", check.longTexts.map { "\($0.row): \($0.length) \(unit): \($0.text)" })
        tell("groups of equal pictures", check.duplicates.map(Self.group))
        tell("groups of alike pictures", check.nearDuplicates.map(Self.group))
        tell(
            "pictures in several splits",
            check.leaks.map { leak in
                "\(leak.splits.joined(separator: ", ")): \(leak.hasEqualBytes ? "equal" : "alike"): "
                    + Self.group(leak.rows)
            })
        lines.append(check.isBroken ? "broken" : "nothing is broken")
        return lines.joined(separator: "\n")
    }

    private static func group(_ rows: [String]) -> String {
        let first = rows.prefix(3).joined(separator: " = ")
        return rows.count > 3 ? "\(first) and \(rows.count - 3) more" : first
    }

    /// Everything.
    var json: JSONValue {
        func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
        func groups(_ list: [[String]]) -> JSONValue { .array(list.map(texts)) }
        func bad(_ list: [DatasetCheck.BadPicture]) -> JSONValue {
            .array(list.map { .object([("row", .string($0.row)), ("message", .string($0.error.description))]) })
        }
        return .object([
            ("rows", .integer(check.rowCount)), ("pictures", .integer(check.pictureCount)),
            ("rows_without_picture", .integer(check.rowsWithoutPicture)), ("broken", .bool(check.isBroken)),
            ("failed", texts(check.failures.map(\.description))),
            ("malformed", texts(check.malformedRows.map(\.description))), ("missing", bad(check.missing)),
            ("unreadable", bad(check.unreadable)), ("rows_without_text", texts(check.rowsWithoutText)),
            (
                "empty_texts",
                .array(
                    check.emptyTexts.map {
                        .object([("row", .string($0.row)), ("kind", .string($0.kind.rawValue))])
                    })
            ), ("limit", .integer(limit)), ("unit", .string(unit)),
            (
                "long_texts",
                .array(
                    check.longTexts.map {
                        .object([
                            ("row", .string($0.row)), ("text", .string($0.text)), ("length", .integer($0.length)),
                        ])
                    })
            ), ("duplicates", groups(check.duplicates)), ("near_duplicates", groups(check.nearDuplicates)),
            (
                "leaks",
                .array(
                    check.leaks.map {
                        .object([
                            ("splits", texts($0.splits)), ("rows", texts($0.rows)),
                            ("equal_bytes", .bool($0.hasEqualBytes)),
                        ])
                    })
            ),
        ])
    }
}
