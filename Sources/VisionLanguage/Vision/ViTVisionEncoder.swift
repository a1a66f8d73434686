import NeuralLayers
import TensorEngine

/// The sizes of a vision transformer (Dosovitskiy et al. 2021), as in transformers' `ViTConfig`.
package struct ViTConfiguration: Sendable, Equatable {
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    package var imageSize = 224
    package var patch = 16
    package var activation = Activation.gelu
    package var epsilon = 1e-12
    package var hasQKVBias = true

    /// transformers' defaults.
    package init() {}
}

/// The vision transformer: a class token, a norm after the last layer. Its pooler is no part of the features.
package struct ViTVisionEncoder: VisionEncoder {
    private let configuration: ViTConfiguration
    private let patches: PatchEmbedding
    /// `[1, 1, width]`
    private let classToken: Parameter
    private let positions: PositionTable
    private let layers: [VisionTransformerLayer]
    private let finalNorm: LayerNorm

    /// The encoder at `scope` (`embeddings`, `encoder.layer`, `layernorm`).
    package init(_ configuration: ViTConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        let embeddings = scope / "embeddings"
        let side = configuration.imageSize / configuration.patch
        classToken = embeddings.parameter("cls_token", [1, 1, width])
        patches = PatchEmbedding(
            width: width, patch: configuration.patch, in: embeddings / "patch_embeddings" / "projection")
        positions = PositionTable(
            embeddings.parameter("position_embeddings", [1, side * side + 1, width]), leading: 1, side: side,
            width: width)
        layers = (0..<configuration.layers).map { index in
            let layer = scope / "encoder" / "layer" / "\(index)"
            let mlp = FeedForward(
                expand: Linear(width, configuration.hidden, in: layer / "intermediate" / "dense"),
                contract: Linear(configuration.hidden, width, in: layer / "output" / "dense"),
                activation: configuration.activation)
            return VisionTransformerLayer(
                attentionNorm: LayerNorm(width, epsilon: epsilon, in: layer / "layernorm_before"),
                attention: VisionAttention(
                    width: width, heads: configuration.heads, bias: configuration.hasQKVBias,
                    vitNamesIn: layer / "attention"),
                feedForwardNorm: LayerNorm(width, epsilon: epsilon, in: layer / "layernorm_after"),
                feedForward: { mlp($0) })
        }
        finalNorm = LayerNorm(width, epsilon: epsilon, in: scope / "layernorm")
    }

    package var width: Int { configuration.width }
    package var imageSize: Int { configuration.imageSize }

    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let grid = patches.grid(of: pixels)
        let start = classToken.tensor.converted32().reshaped([width]).repeated(pixels.shape[0])
        var x = Tensor.concatenated([start.reshaped([pixels.shape[0], 1, width]), patches(pixels)], axis: 1)
        x = x.addingToRows(positions(rows: grid.rows, columns: grid.columns))
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }
}
