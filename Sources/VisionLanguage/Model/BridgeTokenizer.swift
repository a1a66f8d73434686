import Foundation
import TextTokens

/// Makes of a text what the querying transformer reads.
package struct BridgeTokenizer: Sendable {
    /// Where InstructBLIP's folders keep it.
    package static let folderName = "qformer_tokenizer"

    private let tokenizer: TextTokenizer
    private let folder: String
    private let vocabularySize: Int
    private let contextLength: Int

    /// The tokenizer in `folder`, for a querying transformer of these sizes.
    package init(
        folder: String, for configuration: QueryTransformerConfiguration
    ) throws(ModelFolderError) {
        do { tokenizer = try TextTokenizer(folder: URL(filePath: folder, directoryHint: .isDirectory)) } catch {
            throw .tokenizer(error)
        }
        self.folder = folder
        vocabularySize = configuration.vocabularySize
        contextLength = configuration.contextLength
    }

    /// The text with the special tokens that its tokenizer adds.
    ///
    /// - Throws: where it is longer than the positions that there are, or an id has no embedding.
    package func text(_ text: String) throws(ModelFolderError) -> BridgeText { BridgeText([try ids(text)]) }

    /// The text's ids with the special tokens that its tokenizer adds.
    ///
    /// - Parameter limit: longer texts are cut to this many ids; nil for none, and an error where they are longer than the
    ///   positions that there are.
    package func ids(_ text: String, limit: Int? = nil) throws(ModelFolderError) -> [Int] {
        let truncation = limit.map { Truncation(maximumLength: min($0, contextLength)) }
        var ids = tokenizer.encode(text, addingSpecialTokens: true, truncation: truncation)
        // A tokenizer that adds nothing makes nothing of an empty text; the first embedding stands for it.
        if ids.isEmpty { ids = [0] }
        if let stray = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw .idWithoutEmbedding(folder: folder, id: stray, vocabulary: vocabularySize)
        }
        guard ids.count <= contextLength else { throw .bridgeTextTooLong(tokens: ids.count, limit: contextLength) }
        return ids
    }

    /// The ids that a text is written by (BLIP2.md §2.3): `start` in the place of the token that begins a text to be read,
    /// and at the end the token that ends one, where the tokenizer has such a token.
    ///
    /// - Parameters:
    ///   - read: what `ids` gives.
    ///   - start: `[DEC]`.
    package func written(_ read: [Int], from start: Int) -> [Int] {
        var ids = [start] + read.dropFirst(addsStart ? 1 : 0)
        if let end, ids.last != end { ids.append(end) }
        return Array(ids.prefix(contextLength))
    }

    /// Whether the tokenizer begins each text with a token of its own.
    private var addsStart: Bool {
        let plain = tokenizer.encode("a", addingSpecialTokens: false)
        return tokenizer.encode("a", addingSpecialTokens: true).first != plain.first
    }

    /// The token that ends a text: the separator of BERT's kind, else the end of a sentence.
    private var end: Int? {
        let named = tokenizer.configuration.separator.flatMap { tokenizer.id(of: $0) } ?? tokenizer.endOfSentence
        return named.flatMap { $0 >= 0 && $0 < vocabularySize ? $0 : nil }
    }
}
