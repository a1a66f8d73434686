import Foundation
import InterleavedData
import TensorEngine
import TestFixtures
import TextTokens

/// A small tokenizer, and texts drawn from a seed, for the tests of the text pipeline.
enum TextWorkshop {
    /// The tokenizer of `fixtures/text/corpus.txt`: 700 ids, 128 of them sentinels.
    static func tokenizer() throws -> PinnedTokenizer { try made.get() }

    private static let scratch = Result { try ScratchFolder() }
    private static let made = Result {
        let folder = try scratch.get()
        let training = TokenizerTraining(files: [Repository.path("fixtures/text/corpus.txt")], vocabulary: 700)
        for (name, bytes) in try training.run().files { try folder.write(bytes, "tokenizer/" + name) }
        return try PinnedTokenizer(folder: folder.file("tokenizer"))
    }

    /// `count` words of two syllables.
    static func words(_ count: Int, using generator: inout SeededGenerator) -> [String] {
        let syllables = ["ba", "de", "ki", "lo", "mu", "na", "po", "ri", "sa", "tu", "ve", "zo"]
        return (0..<count).map { _ in
            syllables[generator.integer(below: 12)] + syllables[generator.integer(below: 12)]
        }
    }

    /// `count` different documents of `words` words, each starting with its number.
    static func documents(_ count: Int, words: Int, seed: UInt64) -> [String] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { "\($0) " + self.words(words, using: &generator).joined(separator: " ") }
    }

    /// A store of those documents in `folder`.
    static func store(
        _ documents: [String], in folder: ScratchFolder, heldOutShare: Double = 0, seed: UInt64 = 0,
        name: String = "store"
    ) throws -> TokenStore {
        let file = try folder.write(documents.joined(separator: "\n\n"), name + ".txt")
        var corpus = TextCorpus([TextSource(file)])
        corpus.heldOutShare = heldOutShare
        corpus.seed = seed
        return try TokenStore.prepare(corpus, tokenizer: tokenizer(), at: folder.file(name))
    }

    /// The texts of a stream's documents, in their order.
    static func texts(_ stream: TokenStream) throws -> [String] {
        let tokenizer = try tokenizer().tokenizer
        return try (0..<stream.documentCount).map {
            tokenizer.decode(try stream.ids(in: stream.document($0).range), skippingSpecialTokens: true)
        }
    }

    /// The documents of a corpus, read one by one.
    static func read(_ source: TextSource, limit: Int = 1 << 20) throws -> [TextDocument] {
        var corpus = TextCorpus([source])
        corpus.maximumDocumentBytes = limit
        var documents: [TextDocument] = []
        try corpus.forEachDocument { document, _ in documents.append(document) }
        return documents
    }
}
