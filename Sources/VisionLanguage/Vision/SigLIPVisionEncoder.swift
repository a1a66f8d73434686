import NeuralLayers
import TensorEngine

/// The sizes of SigLIP's vision encoder (Zhai et al. 2023), as in transformers' `SiglipVisionConfig`.
package struct SigLIPVisionConfiguration: Sendable, Equatable {
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    package var imageSize = 224
    package var patch = 16
    package var activation = Activation.geluTanh
    package var epsilon = 1e-6

    /// transformers' defaults.
    package init() {}

    package var leadingTokens: Int { 0 }
}

/// SigLIP's vision encoder: no class token, a norm after the last layer. Its pooling head is no part of the features.
package struct SigLIPVisionEncoder: VisionEncoder {
    private let configuration: SigLIPVisionConfiguration
    private let patches: PatchEmbedding
    private let positions: PositionTable
    private let layers: [VisionTransformerLayer]
    private let finalNorm: LayerNorm

    /// The encoder at `scope` (`embeddings`, `encoder.layers`, `post_layernorm`).
    package init(_ configuration: SigLIPVisionConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        let embeddings = scope / "embeddings"
        let side = configuration.imageSize / configuration.patch
        patches = PatchEmbedding(width: width, patch: configuration.patch, in: embeddings / "patch_embedding")
        positions = PositionTable(
            (embeddings / "position_embedding").parameter("weight", [side * side, width]), leading: 0, side: side,
            width: width)
        layers = (0..<configuration.layers).map { index in
            VisionTransformerLayer(
                width: width, hidden: configuration.hidden, heads: configuration.heads,
                activation: configuration.activation, epsilon: epsilon,
                clipNamesIn: scope / "encoder" / "layers" / "\(index)")
        }
        finalNorm = LayerNorm(width, epsilon: epsilon, in: scope / "post_layernorm")
    }

    package var width: Int { configuration.width }
    package var imageSize: Int { configuration.imageSize }

    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let grid = patches.grid(of: pixels)
        var x = patches(pixels).addingToRows(positions(rows: grid.rows, columns: grid.columns))
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }
}
