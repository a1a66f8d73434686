import NeuralLayers
import TensorEngine

/// The sizes of the querying transformer, as in transformers' `Blip2QFormerConfig`.
package struct QueryTransformerConfiguration: Sendable, Equatable {
    package var vocabularySize = 30_522
    package var width = 768
    package var layers = 12
    package var heads = 12
    package var hidden = 3_072
    package var activation = Activation.gelu
    package var contextLength = 512
    package var epsilon = 1e-12
    /// Layers 0, n, 2n, … look at the image features.
    package var crossAttentionFrequency = 2
    /// Width of the image features.
    package var featureWidth = 1_408
    /// Whether there is a text side (its own feed-forwards and embeddings).
    package var hasText = false

    /// transformers' defaults.
    package init() {}
}

/// The querying transformer (Li et al. 2023, BLIP-2 §3.1): learned queries attend to one another and, in every n-th layer,
/// to the image features. A BERT of post-norm layers.
package struct QueryTransformer: Sendable {
    package let configuration: QueryTransformerConfiguration
    private let inputNorm: LayerNorm
    private let layers: [QueryTransformerLayer]

    /// The transformer at `scope` (`layernorm`, `encoder.layer`).
    package init(_ configuration: QueryTransformerConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        inputNorm = LayerNorm(configuration.width, epsilon: configuration.epsilon, in: scope / "layernorm")
        layers = (0..<configuration.layers).map {
            QueryTransformerLayer(configuration, index: $0, in: scope / "encoder" / "layer" / "\($0)")
        }
    }

    /// - Parameters:
    ///   - queries: learned queries, `[batch, queries, width]`
    ///   - features: image features, `[batch, tokens, featureWidth]`
    /// - Returns: query tokens, `[batch, queries, width]`
    package func callAsFunction(queries: Tensor, features: Tensor) -> Tensor {
        var x = inputNorm(queries)
        for layer in layers { x = layer(x, features: features) }
        return x
    }
}

/// One layer: self-attention, cross-attention where it is its turn, feed-forward; a norm after each.
struct QueryTransformerLayer: Sendable {
    private let selfAttention: BERTAttention
    private let crossAttention: BERTAttention?
    private let queryFeedForward: BERTFeedForward

    init(_ configuration: QueryTransformerConfiguration, index: Int, in scope: ParameterScope) {
        selfAttention = BERTAttention(configuration, keyWidth: configuration.width, in: scope / "attention")
        crossAttention =
            index % configuration.crossAttentionFrequency == 0
            ? BERTAttention(configuration, keyWidth: configuration.featureWidth, in: scope / "crossattention") : nil
        queryFeedForward = BERTFeedForward(
            configuration, expand: scope / "intermediate_query", contract: scope / "output_query")
    }

    func callAsFunction(_ x: Tensor, features: Tensor) -> Tensor {
        var x = selfAttention(x, keys: x)
        if let crossAttention { x = crossAttention(x, keys: features) }
        return queryFeedForward(x)
    }
}
