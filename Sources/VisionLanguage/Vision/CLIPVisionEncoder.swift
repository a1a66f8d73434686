import NeuralLayers
import TensorEngine

/// The sizes of CLIP's vision encoder (Radford et al. 2021), as in transformers' `CLIPVisionConfig`.
package struct CLIPVisionConfiguration: Sendable, Equatable {
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    package var imageSize = 224
    package var patch = 32
    package var activation = Activation.quickGELU
    package var epsilon = 1e-5

    /// transformers' defaults.
    package init() {}
}

/// CLIP's vision encoder: a class token, a norm before the first layer, and one after the last, which here every token goes
/// through (CLIP itself needs it of the class token only).
package struct CLIPVisionEncoder: VisionEncoder {
    private let configuration: CLIPVisionConfiguration
    private let patches: PatchEmbedding
    /// `[width]`
    private let classToken: Parameter
    private let positions: PositionTable
    private let firstNorm: LayerNorm
    private let layers: [VisionTransformerLayer]
    private let finalNorm: LayerNorm

    /// The encoder at `scope` (`embeddings`, `pre_layrnorm`, `encoder.layers`, `post_layernorm`).
    package init(_ configuration: CLIPVisionConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        let embeddings = scope / "embeddings"
        let side = configuration.imageSize / configuration.patch
        patches = PatchEmbedding(
            width: width, patch: configuration.patch, bias: false, in: embeddings / "patch_embedding")
        classToken = embeddings.parameter("class_embedding", [width])
        positions = PositionTable(
            (embeddings / "position_embedding").parameter("weight", [side * side + 1, width]), leading: 1, side: side,
            width: width)
        // The checkpoints' own spelling.
        firstNorm = LayerNorm(width, epsilon: epsilon, in: scope / "pre_layrnorm")
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
        let start = classToken.tensor.converted32().repeated(pixels.shape[0]).reshaped([pixels.shape[0], 1, width])
        var x = Tensor.concatenated([start, patches(pixels)], axis: 1)  // [batch, patches + 1, width]
        x = firstNorm(x.addingToRows(positions(rows: grid.rows, columns: grid.columns)))
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }
}

extension VisionTransformerLayer {
    /// The layer at `scope` under CLIP's names (`layer_norm1`, `self_attn`, `layer_norm2`, `mlp.{fc1,fc2}`), which SigLIP has
    /// too.
    init(
        width: Int, hidden: Int, heads: Int, activation: Activation, epsilon: Double, clipNamesIn scope: ParameterScope
    ) {
        let mlp = FeedForward(
            expand: Linear(width, hidden, in: scope / "mlp" / "fc1"),
            contract: Linear(hidden, width, in: scope / "mlp" / "fc2"), activation: activation)
        self.init(
            attentionNorm: LayerNorm(width, epsilon: epsilon, in: scope / "layer_norm1"),
            attention: VisionAttention(width: width, heads: heads, clipNamesIn: scope / "self_attn"),
            feedForwardNorm: LayerNorm(width, epsilon: epsilon, in: scope / "layer_norm2"),
            feedForward: { mlp($0) })
    }
}
