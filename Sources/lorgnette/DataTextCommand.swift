import ArgumentParser
import Foundation
import InterleavedData
import JSONText
import LorgnetteKit
import TextTokens

/// `lorgnette data text`: turns files of text into a token store, and tells what became of them.
struct DataTextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Turns files of text into tokens on disk, and tells what became of them.",
        discussion: """
            Reads documents, leaves out equal ones and those much like an earlier one (MinHash over runs of 5 words, \
            16 bands of 8, from an estimated likeness of 0.8 on), holds some out by their hash, shuffles the rest by the \
            seed, and writes ids that pretraining maps into memory. Where DIR already holds the same, it is only told of.

            EXAMPLE
              lorgnette data text README.md --tokenizer fixtures/tiny-blip2-olmoe -o tokens --held-out 0.2
              lorgnette data text stories.txt --tokenizer tokenizer -o tokens --samples 3 --mixture ul2
            """)

    /// How files divide into documents.
    enum Layout: String, ExpressibleByArgument, CaseIterable {
        case automatic
        case blankLines = "blank-lines"
        case lines, whole, jsonl, pairs
    }

    @Argument(help: "Files of text in UTF-8.") var files: [String]
    @Option(help: ArgumentHelp("The tokenizer's folder; a model folder will do.", valueName: "dir"))
    var tokenizer: String
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String
    @Option(
        help: """
            What divides documents: blank-lines, lines, whole (a file is one), jsonl (the field text), pairs (the words of \
            a pairs.jsonl), or automatic: jsonl for *.jsonl, else blank-lines.
            """)
    var layout = Layout.automatic
    @Option(help: ArgumentHelp("The share of documents that is held out.", valueName: "share")) var heldOut = 0.01
    @Option(help: ArgumentHelp("Seed of the order, and of samples.", valueName: "n")) var seed: UInt64 = 0
    @Flag(help: "Keeps documents that were there before.") var keepDuplicates = false
    @Option(help: ArgumentHelp("Pairs: the split of the rows to read; all for every row.", valueName: "name"))
    var split = "train"
    @Option(help: ArgumentHelp("Pairs: the share of rows that come again behind passages.", valueName: "share"))
    var contextShare = 0.0
    @Option(help: ArgumentHelp("Shows so many training rows.", valueName: "n")) var samples = 0
    @Option(
        help: ArgumentHelp("How they are denoised: causal, ul2, ul2-uniform, ul2-small, prompts.", valueName: "name"))
    var mixture = "causal"
    @Option(help: ArgumentHelp("Tokens of a row.", valueName: "n")) var length = 256
    @Flag(help: "One JSON object.") var json = false
    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    func validate() throws {
        if !(0..<1).contains(heldOut) { throw ValidationError("--held-out must be from 0 to below 1") }
        if !(0...1).contains(contextShare) { throw ValidationError("--context-share must be from 0 to 1") }
        if !(0...1000).contains(samples) { throw ValidationError("--samples must be from 0 to 1000") }
        if !(16...65_536).contains(length) { throw ValidationError("--length must be from 16 to 65536") }
        if DenoiserMixture(name: mixture) == nil { throw ValidationError("--mixture \(mixture) is not known") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            do {
                let pinned = try PinnedTokenizer(folder: tokenizer)
                let store = try TokenStore.prepare(corpus, tokenizer: pinned, at: output) { progress in
                    guard !quiet, progress.total > 1 << 24 else { return }
                    let share = 100 * progress.done / max(1, progress.total)
                    CommandOutput.note("\(progress.stage.rawValue): \(share) %")
                }
                try tell(store)
                if samples > 0 { try show(store, pinned.tokenizer) }
            } catch let error as TextDataError { throw LorgnetteError(error) }
        }
    }

    private var corpus: TextCorpus {
        var corpus = TextCorpus(files.map(source))
        corpus.heldOutShare = heldOut
        corpus.seed = seed
        return corpus
    }

    private func source(_ path: String) -> TextSource {
        var source = TextSource(guessing: path)
        switch layout {
        case .automatic: break
        case .blankLines: source.layout = .blankLines
        case .lines: source.layout = .lines
        case .whole: source.layout = .whole
        case .jsonl: source.layout = .jsonLines(field: "text")
        case .pairs:
            var template = PairTemplate()
            template.contextShare = contextShare
            source.layout = .pairs(template, split: split == "all" ? nil : split)
        }
        source.removesDuplicates = !keepDuplicates
        return source
    }

    // MARK: - Telling

    private func tell(_ store: TokenStore) throws {
        let splits = TextSplit.allCases.map { ($0, store.stream($0)) }
        if json {
            let sources = zip(files, store.statistics).map { file, counts in
                JSONValue.object([
                    ("file", .string(file)), ("documents", .integer(counts.documents)),
                    ("bytes", .integer(counts.bytes)),
                    ("duplicates", .integer(counts.duplicates)), ("near_duplicates", .integer(counts.nearDuplicates)),
                    ("training", .integer(counts.training)), ("held_out", .integer(counts.heldOut)),
                ])
            }
            let streams = splits.map { split, stream in
                (
                    split.rawValue,
                    JSONValue.object([
                        ("documents", .integer(stream.documentCount)), ("tokens", .integer(stream.tokenCount)),
                        ("bytes", .integer(stream.byteCount)),
                    ])
                )
            }
            let members = [("key", JSONValue.string(store.key)), ("split_unit", .string(store.splitUnit.rawValue))]
            try CommandOutput.answer(JSONValue.object(members + streams + [("sources", .array(sources))]).text)
            return
        }
        for (file, counts) in zip(files, store.statistics) {
            try CommandOutput.answer(
                "\(file): \(counts.documents) \(store.splitUnit.rawValue), \(counts.bytes) bytes, \(counts.duplicates) "
                    + "duplicates, \(counts.nearDuplicates) near duplicates; \(counts.training) trained on, "
                    + "\(counts.heldOut) held out")
        }
        for (split, stream) in splits {
            let ratio = Double(stream.byteCount) / Double(max(1, stream.tokenCount))
            try CommandOutput.answer(
                "\(split.rawValue): \(stream.tokenCount) tokens, "
                    + "\(ratio.formatted(.number.precision(.fractionLength(2)))) bytes a token")
        }
    }

    /// Shows rows as a model meets them: what it is shown, then what it has to say.
    private func show(_ store: TokenStore, _ tokenizer: TextTokenizer) throws {
        guard let mixture = DenoiserMixture(name: mixture) else { return }
        let sampler = try TextSampler(
            parts: [TextSampler.Part(store.training, mixture)], tokenizer: tokenizer, rows: samples, length: length,
            seed: seed)
        let batch = try sampler.batch(step: 0)
        for segment in batch.segments {
            let cells = segment.row * length + segment.columns.lowerBound
            let ids = Array(batch.ids[cells..<cells + segment.columns.count])
            let (shown, said) = (ids.prefix(segment.prefix), ids.dropFirst(segment.prefix))
            try CommandOutput.answer(
                "row \(segment.row), \(batch.denoisers[segment.denoiser]): "
                    + "\(tokenizer.decode(Array(shown)).onOneLine) ⇒ \(tokenizer.decode(Array(said)).onOneLine)")
        }
    }
}
