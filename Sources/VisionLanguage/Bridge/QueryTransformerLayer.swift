import NeuralLayers
import TensorEngine

/// One layer: self-attention, cross-attention of the queries where it is its turn, feed-forward; a norm after each.
///
/// Self-attention is shared by queries and text; each has a feed-forward of its own.
struct QueryTransformerLayer: Sendable {
    private let selfAttention: BERTAttention
    private let crossAttention: BERTAttention?
    private let queryFeedForward: BERTFeedForward
    private let textFeedForward: BERTFeedForward?

    init(_ configuration: QueryTransformerConfiguration, index: Int, in scope: ParameterScope) {
        selfAttention = BERTAttention(configuration, keyWidth: configuration.width, in: scope / "attention")
        crossAttention =
            index % configuration.crossAttentionFrequency == 0
            ? BERTAttention(configuration, keyWidth: configuration.featureWidth, in: scope / "crossattention") : nil
        textFeedForward =
            configuration.hasText
            ? BERTFeedForward(configuration, expand: scope / "intermediate", contract: scope / "output") : nil
        queryFeedForward = BERTFeedForward(
            configuration, expand: scope / "intermediate_query", contract: scope / "output_query")
    }

    /// What this layer's queries see of image features, `[batch, tokens, featureWidth]`; nil where they do not look.
    func view(of features: Tensor) -> KeysAndValues? { crossAttention?.keysAndValues(of: features) }

    /// Queries alone, `[batch, queries, width]`.
    ///
    /// - Parameter image: what `view` gives.
    func callAsFunction(queries x: Tensor, image: KeysAndValues?) -> Tensor {
        looked(selfAttention(x, keys: x), image)
    }

    /// Queries alone; their keys and values are added to `kept`.
    func callAsFunction(queries x: Tensor, image: KeysAndValues?, keeping kept: inout [KeysAndValues]) -> Tensor {
        let own = selfAttention.keysAndValues(of: x)
        kept.append(own)
        return looked(selfAttention(x, among: own), image)
    }

    /// Queries, then text: `[batch, queries + length, width]`.
    func callAsFunction(_ x: Tensor, queries: Int, image: KeysAndValues?, mask: AttentionMask) -> Tensor {
        let attended = selfAttention(x, keys: x, mask: mask)
        let seen = looked(attended.slice(0..<queries, axis: 1), image)
        let read = textRows(attended.slice(queries..<x.shape[1], axis: 1))
        return .concatenated([seen, read], axis: 1)
    }

    /// Text alone, `[batch, length, width]`, after the queries whose keys and values are `memory`.
    func callAsFunction(text x: Tensor, mask: AttentionMask, after memory: KeysAndValues? = nil) -> Tensor {
        let own = selfAttention.keysAndValues(of: x)
        return textRows(selfAttention(x, among: memory?.followed(by: own) ?? own, mask: mask))
    }

    /// The rest of the layer for queries: a look at the image, the feed-forward.
    private func looked(_ x: Tensor, _ image: KeysAndValues?) -> Tensor {
        guard let crossAttention, let image else { return queryFeedForward(x) }
        return queryFeedForward(crossAttention(x, among: image))
    }

    /// The rest of the layer for text, which does not look at the features.
    private func textRows(_ x: Tensor) -> Tensor {
        guard let textFeedForward else { preconditionFailure("this querying transformer reads no text") }
        return textFeedForward(x)
    }
}
