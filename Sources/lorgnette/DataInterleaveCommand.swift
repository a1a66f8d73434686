import ArgumentParser
import Foundation
import InterleavedData
import JSONText
import LorgnetteKit
import ReportPages

/// `lorgnette data interleave`: makes documents of several pictures and text, or shows how they are packed.
struct DataInterleaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interleave",
        abstract: "Makes documents of several pictures and text, or shows a packed row of them.",
        discussion: """
            Each document is some solved examples and then a question, of one set of the pairs; or, with --text, captions \
            woven with pieces of text. What comes out depends on the files and the seed alone. Pictures stay where they are, \
            named from where the documents are written. Examples come from the rows of --split; with --dev N, so many \
            documents more ask about rows of the split dev.

            With --show the files are documents (our own, MMC4's or OBELICS's): one row of them is packed as the model of -m \
            reads it, and drawn with the tokens that bear loss and with what each part sees; -o writes a page too.

            EXAMPLE
              lorgnette data interleave scenes/pairs.jsonl --text README.md --documents 200 -o scenes/interleaved.jsonl
              lorgnette data interleave --show scenes/interleaved.jsonl -m fixtures/tiny-blip2-olmoe
            """)

    @Argument(
        help: ArgumentHelp("Pairs, in any format that finetune reads; with --show, documents.", valueName: "file"))
    var files: [String]
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("What to write.", valueName: "file"))
    var output: String?
    @Option(
        help: ArgumentHelp("Text to weave captions with, blank lines between documents; may repeat.", valueName: "file")
    )
    var text: [String] = []
    @Option(help: ArgumentHelp("Documents to make.", valueName: "n")) var documents = 2000
    @Option(help: ArgumentHelp("Documents that ask about rows of the split dev.", valueName: "n")) var dev = 0
    @Option(help: ArgumentHelp("Solved examples before a question.", valueName: "k")) var examples = 4
    @Option(help: ArgumentHelp("Draw their number from this to --examples.", valueName: "k")) var fewest: Int?
    @Option(help: ArgumentHelp("The split of the rows that examples come from.", valueName: "name")) var split = "train"
    @Option(help: ArgumentHelp("Share of documents that ask for captions.", valueName: "share")) var captions = 0.3
    @Option(help: ArgumentHelp("How often an example has the question's answer.", valueName: "share")) var sameAnswer =
        0.5
    @Option(
        help: ArgumentHelp(
            "Of those, share in which answers are other words, known from the examples alone.", valueName: "share"))
    var renamed = 0.0
    @Option(help: ArgumentHelp("Share of captions woven with text (default: 0.25 with --text).", valueName: "share"))
    var woven: Double?
    @Option(help: ArgumentHelp("Words of a piece of text at most.", valueName: "n")) var words = 40
    @Option(help: ArgumentHelp("Seed of everything random.", valueName: "n")) var seed: UInt64 = 0
    @Flag(help: "Show a packed row of documents instead.") var show = false
    @OptionGroup(title: "With --show") var showing: InterleaveShowOptions
    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    func validate() throws {
        func check(_ holds: Bool, _ message: String) throws { if !holds { throw ValidationError(message) } }
        try check(!files.isEmpty, "name at least one file")
        if show { return try showing.validate() }
        try check(output != nil, "name the file of documents with -o FILE")
        try check(
            (0...10_000_000).contains(documents) && (0...10_000_000).contains(dev), "--documents from 0 to 10000000")
        try check(documents + dev > 0, "--documents and --dev are both 0")
        try check((0...64).contains(examples), "--examples must be from 0 to 64")
        try check((0...examples).contains(fewest ?? examples), "--fewest must be from 0 to --examples (\(examples))")
        for (name, share) in [
            ("captions", captions), ("same-answer", sameAnswer), ("renamed", renamed), ("woven", woven ?? 0),
        ] { try check((0...1).contains(share), "--\(name) must be from 0 to 1") }
        try check((1...10_000).contains(words), "--words must be from 1 to 10000")
    }

    func run() async throws {
        try await CommandOutput.reporting {
            if show { return try showing.show(files, split: nil, page: output) }
            try weave(to: output ?? "")
        }
    }

    private func weave(to output: String) throws(LorgnetteError) {
        var (rows, asked, devRows): ([[PairRecord]], [[PairRecord]], [[PairRecord]]) = ([], [], [])
        for file in files {
            let dataset: PairDataset
            do { dataset = try PairDataset(path: file) } catch { throw LorgnetteError(error) }
            let own = dataset.records.filter { ($0.split ?? split) == split }
            rows.append(own)
            asked.append(own)
            devRows.append(dataset.records.filter { $0.split == "dev" })
        }
        let texts: [String]
        do { texts = try WovenText.documents(in: text) } catch { throw LorgnetteError(error) }
        var lines: [String] = []
        do throws(WeavingError) {
            for (name, count, questions) in [(split, documents, asked), ("dev", dev, devRows)] where count > 0 {
                let weaver = try DocumentWeaver(rows: rows, asked: questions, texts: texts, settings: settings)
                for number in 0..<count {
                    lines.append(try row(weaver.document(number, split: name), from: output).text)
                }
            }
        } catch { throw LorgnetteError(kind: .badData, code: "data", description: error.description) }
        do { try WholeFile.write(lines.map { $0 + "\n" }.joined(), to: output) } catch {
            throw LorgnetteError(kind: .readWrite, code: "write", description: "\(error)")
        }
        try CommandOutput.answer("\(lines.count) documents written to \(output)")
    }

    private var settings: DocumentWeaver.Settings {
        var settings = DocumentWeaver.Settings()
        settings.examples = (fewest ?? examples)...examples
        settings.captionShare = captions
        settings.sameAnswerShare = sameAnswer
        settings.renamedShare = renamed
        settings.wovenShare = woven ?? (text.isEmpty ? 0 : 0.25)
        settings.words = words
        settings.seed = seed
        return settings
    }

    /// The document as a row of the file at `output`.
    private func row(_ document: InterleavedDocument, from output: String) throws(WeavingError) -> JSONValue {
        let target = URL(filePath: output).deletingLastPathComponent().resolvingSymlinksInPath()
        return try document.row { path in
            let source = URL(filePath: path)
            let way = DataRephraseCommand.way(
                from: target, to: source.deletingLastPathComponent().resolvingSymlinksInPath())
            return way + source.lastPathComponent
        }
    }
}
