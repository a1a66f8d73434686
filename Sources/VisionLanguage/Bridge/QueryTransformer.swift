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
    /// Whether the layers have feed-forwards for text.
    package var hasText = false
    /// Whether there are embeddings of text, without which feed-forwards for text have nothing to do.
    package var readsText = false
    /// Whether the first norm lies among the embeddings (InstructBLIP) rather than beside them (BLIP-2).
    package var normsAmongEmbeddings = false

    /// transformers' defaults.
    package init() {}
}

/// The querying transformer (Li et al. 2023, BLIP-2 §3.1): learned queries attend to one another and, in every n-th layer,
/// to the image features. A BERT of post-norm layers. Where it has a text side, text goes through the same self-attention, has
/// feed-forwards of its own, and never looks at the image itself.
package struct QueryTransformer: Sendable {
    package let configuration: QueryTransformerConfiguration
    private let inputNorm: LayerNorm
    private let textEmbeddings: BridgeTextEmbeddings?
    private let layers: [QueryTransformerLayer]

    /// The transformer at `scope` (`layernorm`, `encoder.layer`).
    ///
    /// - Parameter embeddings: where its text embeddings lie, if not at `embeddings` below it.
    package init(
        _ configuration: QueryTransformerConfiguration, in scope: ParameterScope, embeddings: ParameterScope? = nil
    ) {
        self.configuration = configuration
        let embeddings = embeddings ?? scope / "embeddings"
        let norm = configuration.normsAmongEmbeddings ? embeddings : scope
        inputNorm = LayerNorm(configuration.width, epsilon: configuration.epsilon, in: norm / "layernorm")
        textEmbeddings = configuration.readsText ? BridgeTextEmbeddings(configuration, in: embeddings) : nil
        layers = (0..<configuration.layers).map {
            QueryTransformerLayer(configuration, index: $0, in: scope / "encoder" / "layer" / "\($0)")
        }
    }

    /// The word embeddings of the text side, `[vocabulary, width]`, which a language head is tied to; nil without one.
    package var wordTable: Parameter? { textEmbeddings?.words }

    /// - Parameters:
    ///   - queries: learned queries, `[batch, queries, width]`
    ///   - features: image features, `[batch, tokens, featureWidth]`
    /// - Returns: query tokens, `[batch, queries, width]`
    package func callAsFunction(queries: Tensor, features: Tensor) -> Tensor {
        var x = inputNorm(queries)
        for layer in layers { x = layer(queries: x, image: layer.view(of: features)) }
        return x
    }

    /// What the layers see of image features: made once where several passes look at the same pictures.
    ///
    /// - Parameter features: `[batch, tokens, featureWidth]`
    package func views(of features: Tensor) -> ImageViews { ImageViews(layers: layers.map { $0.view(of: features) }) }
}

extension QueryTransformer {
    /// Queries and text in one pass.
    ///
    /// - Parameters:
    ///   - queries: learned queries, `[batch, queries, width]`
    ///   - features: image features, `[batch, tokens, featureWidth]`
    ///   - text: one text a batch element.
    ///   - mask: who sees whom; both see each other where nil (image–text matching, InstructBLIP's instruction).
    /// - Returns: query tokens `[batch, queries, width]`, and what was made of the text, `[batch, length, width]`.
    /// - Precondition: the configuration reads text.
    package func callAsFunction(
        queries: Tensor, features: Tensor, text: BridgeText, mask: AttentionMask? = nil
    ) -> (queries: Tensor, text: Tensor) {
        let count = queries.shape[1]
        let mask = mask ?? .matching(queries: count, text: text)
        var x = inputNorm(.concatenated([queries, embeddings(of: text)], axis: 1))
        for layer in layers { x = layer(x, queries: count, image: layer.view(of: features), mask: mask) }
        return (x.slice(0..<count, axis: 1), x.slice(count..<count + text.length, axis: 1))
    }

    /// Queries that see a text and are seen by it, and look at pictures through `views`: image–text matching.
    ///
    /// - Parameters:
    ///   - queries: learned queries, `[batch, queries, width]`
    ///   - views: of as many pictures.
    ///   - text: one text a batch element.
    /// - Returns: query tokens `[batch, queries, width]`.
    /// - Precondition: the configuration reads text.
    package func callAsFunction(queries: Tensor, views: ImageViews, text: BridgeText) -> Tensor {
        let count = queries.shape[1]
        let mask = AttentionMask.matching(queries: count, text: text)
        var x = inputNorm(.concatenated([queries, embeddings(of: text)], axis: 1))
        for (layer, view) in zip(layers, views.layers) { x = layer(x, queries: count, image: view, mask: mask) }
        return x.slice(0..<count, axis: 1)
    }

    /// The text alone, both ways: the text side of contrastive learning.
    ///
    /// - Returns: `[texts, length, width]`
    /// - Precondition: the configuration reads text.
    package func callAsFunction(text: BridgeText) -> Tensor {
        let mask = AttentionMask.contrastive(text: text)
        var x = inputNorm(embeddings(of: text))
        for layer in layers { x = layer(text: x, mask: mask) }
        return x
    }

    /// The queries alone, and the keys and values of each layer, which texts written about the image attend to.
    ///
    /// - Parameters:
    ///   - queries: learned queries, `[batch, queries, width]`
    ///   - features: image features, `[batch, tokens, featureWidth]`
    package func remembering(queries: Tensor, features: Tensor) -> (queries: Tensor, memory: QueryMemory) {
        remembering(queries: queries, views: views(of: features))
    }

    /// The queries alone, looking at pictures through `views`, and what texts written about them attend to.
    package func remembering(queries: Tensor, views: ImageViews) -> (queries: Tensor, memory: QueryMemory) {
        var x = inputNorm(queries)
        var kept: [KeysAndValues] = []
        for (layer, view) in zip(layers, views.layers) { x = layer(queries: x, image: view, keeping: &kept) }
        return (x, QueryMemory(queries: queries.shape[1], layers: kept))
    }

    /// The text from left to right after the queries in `memory`: image-grounded writing. Gradients go on into the memory.
    ///
    /// - Returns: `[texts, length, width]`
    /// - Precondition: the configuration reads text, and the memory is of as many batch elements as there are texts.
    package func callAsFunction(text: BridgeText, after memory: QueryMemory) -> Tensor {
        let mask = AttentionMask.generating(after: memory.queries, text: text)
        var x = inputNorm(embeddings(of: text))
        for (layer, kept) in zip(layers, memory.layers) { x = layer(text: x, mask: mask, after: kept) }
        return x
    }

    private func embeddings(of text: BridgeText) -> Tensor {
        guard let textEmbeddings else { preconditionFailure("this querying transformer reads no text") }
        return textEmbeddings(text)
    }
}

/// What the layers of a querying transformer see of pictures: keys and values of each layer that looks at them.
package struct ImageViews: Sendable {
    /// nil for layers that do not look.
    let layers: [KeysAndValues?]

    /// The views of these pictures of the batch, in this order, each as often as it is named.
    package func elements(_ indices: [Int]) -> ImageViews {
        ImageViews(layers: layers.map { $0?.elements(indices) })
    }
}

/// What the queries of one pass leave for texts that are written after it: keys and values of each layer.
package struct QueryMemory: Sendable {
    /// How many queries.
    package let queries: Int
    let layers: [KeysAndValues]

    /// What the queries of these pictures of the batch leave, in this order.
    package func elements(_ indices: [Int]) -> QueryMemory {
        QueryMemory(queries: queries, layers: layers.map { $0.elements(indices) })
    }
}
