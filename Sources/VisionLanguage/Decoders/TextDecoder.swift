import NeuralLayers
import TensorEngine

/// A decoder-only language model: token embeddings in, logits out.
///
/// The same code runs whole sequences (training, scoring) and further tokens after a cache (generation); the pass says
/// which.
package protocol TextDecoder: Sendable {
    /// Width of token embeddings, which image tokens are projected to.
    var embeddingWidth: Int { get }
    /// Rows of the embedding table: ids below this have an embedding.
    var vocabularySize: Int { get }
    /// Longest sequence the position embeddings reach; nil where there is no such limit.
    var contextLength: Int? { get }

    /// Whether pictures and prompt see each other both ways (a prefix language model); false unless a decoder says so.
    var readsPrefixBothWays: Bool { get }

    /// What adapters have to know of its layers; nil where its layers let none in.
    var stack: DecoderStack? { get }
    /// Layers inside it that are not its own; nil unless there are some.
    var adapters: DecoderAdapters? { get }

    /// An empty cache for one sequence.
    func makeCache() -> KeyValueCache

    /// - Parameter ids: `[tokens]`, each below `vocabularySize`
    /// - Returns: `[tokens, embeddingWidth]`
    func embeddings(of ids: [Int]) -> Tensor

    /// The hidden states after the last layer and its norm.
    ///
    /// - Parameter embeddings: `[batch, sequence, embeddingWidth]`
    /// - Returns: `[batch, sequence, width]`
    func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor

    /// - Parameter hidden: `[..., width]` from `hiddenStates`
    /// - Returns: `[..., vocabularySize]`
    func logits(_ hidden: Tensor) -> Tensor
}

extension TextDecoder {
    package var readsPrefixBothWays: Bool { false }
    package var stack: DecoderStack? { nil }
    package var adapters: DecoderAdapters? { nil }
}

/// The layers of a decoder, as adapters see them.
package struct DecoderStack: Sendable, Equatable {
    /// How many.
    package let layers: Int
    /// Width of the tokens between them.
    package let width: Int
}
