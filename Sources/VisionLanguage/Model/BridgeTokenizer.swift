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
    package func text(_ text: String) throws(ModelFolderError) -> BridgeText {
        var ids = tokenizer.encode(text, addingSpecialTokens: true)
        // A tokenizer that adds nothing makes nothing of an empty text; the first embedding stands for it.
        if ids.isEmpty { ids = [0] }
        if let stray = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
            throw .idWithoutEmbedding(folder: folder, id: stray, vocabulary: vocabularySize)
        }
        guard ids.count <= contextLength else { throw .bridgeTextTooLong(tokens: ids.count, limit: contextLength) }
        return BridgeText([ids])
    }
}
