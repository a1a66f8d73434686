import ArgumentParser
import Foundation
import InterleavedData
import JSONText
import LorgnetteKit
import ReportPages

/// `lorgnette data rephrase`: puts the questions of a dataset in other words.
struct DataRephraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rephrase", abstract: "Writes a dataset's rows with its questions in other words too.",
        discussion: """
            The phrasings are a JSON file: {"captions": [questions that the caption answers], "questions": {question: [other \
            words, ...]}}. Every row gets every phrasing of its questions; pictures stay where they are, named from where \
            the rows are written.

            EXAMPLE
              lorgnette data rephrase scenes/pairs.jsonl --phrasings recipes/phrasings.json -o scenes/rephrased.jsonl
            """)

    @Argument(help: ArgumentHelp("Rows: a pairs.jsonl.", valueName: "file")) var pairs: String
    @Option(help: ArgumentHelp("The phrasings.", valueName: "file")) var phrasings: String
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The rows to write.", valueName: "file"))
    var output: String
    @Flag(help: "Leave out the questions' own words where there are others, to measure how much they matter.")
    var replace = false

    func run() async throws {
        try await CommandOutput.reporting {
            let rows = try rephrased(try Self.phrasings(in: phrasings))
            do { try WholeFile.write(rows.map { $0.text + "\n" }.joined(), to: output) } catch {
                throw LorgnetteError(kind: .readWrite, code: "write", description: "\(error)")
            }
            let count = rows.reduce(0) { $0 + ($1["qa"]?.array?.count ?? 0) }
            try CommandOutput.answer("\(rows.count) rows with \(count) questions written to \(output)")
        }
    }

    private func rephrased(_ phrasings: QuestionPhrasings) throws(LorgnetteError) -> [JSONValue] {
        let source = URL(filePath: pairs).deletingLastPathComponent().resolvingSymlinksInPath()
        let target = URL(filePath: output).deletingLastPathComponent().resolvingSymlinksInPath()
        let way = Self.way(from: target, to: source)
        var rows: [JSONValue] = []
        // By bytes: a line may end in \r\n, which is one character.
        let lines = try Self.bytes(of: pairs).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains(where: { $0 > 0x20 }) {
            let value = try? JSONValue(parsing: line)
            let row = value.flatMap {
                phrasings.row($0, image: { $0.hasPrefix("/") ? $0 : way + $0 }, keepsQuestions: !replace)
            }
            guard let row else { throw Self.bad(PhrasingsError.notARow(file: pairs, line: index + 1).description) }
            rows.append(row)
        }
        return rows
    }

    /// How a path within `folder` begins, seen from `start`.
    static func way(from start: URL, to folder: URL) -> String {
        let (here, there) = (start.pathComponents, folder.pathComponents)
        let common = zip(here, there).prefix { $0 == $1 }.count
        let parts = Array(repeating: "..", count: here.count - common) + there.dropFirst(common)
        return parts.map { $0 + "/" }.joined()
    }

    private static func phrasings(in file: String) throws(LorgnetteError) -> QuestionPhrasings {
        let bytes = try bytes(of: file)
        do { return try QuestionPhrasings(JSONValue(parsing: bytes), file: file) } catch let error
            as PhrasingsError
        {
            throw bad(error.description)
        } catch { throw bad("\(file): \(error)") }
    }

    private static func bytes(of file: String) throws(LorgnetteError) -> Data {
        guard FileManager.default.fileExists(atPath: file) else {
            throw LorgnetteError(kind: .missingInput, code: "missing", description: "\(file): no such file")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw LorgnetteError(
                kind: .readWrite, code: "read", description: "\(file): a folder, or not one we may read")
        }
        return data
    }

    private static func bad(_ description: String) -> LorgnetteError {
        LorgnetteError(kind: .badData, code: "data", description: description)
    }
}
