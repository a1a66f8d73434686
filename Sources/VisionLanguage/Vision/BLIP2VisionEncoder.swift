import NeuralLayers
import TensorEngine

/// The sizes of BLIP-2's vision encoder, as in transformers' `Blip2VisionConfig`; the defaults are EVA-CLIP's ViT-g/14
/// without its last layer.
package struct BLIP2VisionConfiguration: Sendable, Equatable {
    package var width = 1_408
    package var hidden = 6_144
    package var layers = 39
    package var heads = 16
    package var imageSize = 224
    package var patch = 14
    package var activation = Activation.gelu
    package var epsilon = 1e-6
    package var hasQKVBias = true

    /// transformers' defaults.
    package init() {}

    /// Positions of the embedding table: a grid of patches and the class token.
    var positions: Int { (imageSize / patch) * (imageSize / patch) + 1 }
}

/// BLIP-2's vision encoder: a pre-norm vision transformer with a class token; every token is handed on.
package struct BLIP2VisionEncoder: VisionEncoder {
    private let configuration: BLIP2VisionConfiguration
    private let patches: PatchEmbedding
    /// `[1, 1, width]`
    private let classToken: Parameter
    private let positions: PositionTable
    private let layers: [BLIP2VisionLayer]
    private let finalNorm: LayerNorm

    /// The encoder at `scope` (`embeddings`, `encoder.layers`, `post_layernorm`).
    package init(_ configuration: BLIP2VisionConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        let embeddings = scope / "embeddings"
        let width = configuration.width
        patches = PatchEmbedding(width: width, patch: configuration.patch, in: embeddings / "patch_embedding")
        classToken = embeddings.parameter("class_embedding", [1, 1, width])
        positions = PositionTable(
            embeddings.parameter("position_embedding", [1, configuration.positions, width]), leading: 1,
            side: configuration.imageSize / configuration.patch, width: width)
        layers = (0..<configuration.layers).map {
            BLIP2VisionLayer(configuration, in: scope / "encoder" / "layers" / "\($0)")
        }
        finalNorm = LayerNorm(width, epsilon: configuration.epsilon, in: scope / "post_layernorm")
    }

    package var width: Int { configuration.width }
    package var imageSize: Int { configuration.imageSize }

    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let (batch, height, width) = (pixels.shape[0], pixels.shape[2], pixels.shape[3])
        let grid = (rows: height / configuration.patch, columns: width / configuration.patch)
        let embedded = patches(pixels)  // [batch, patches, width]
        let token = classToken.tensor.converted32().reshaped([1, configuration.width])
        let start = token.repeated(batch)  // [batch, 1, width]
        var x = Tensor.concatenated([start, embedded], axis: 1)  // [batch, patches + 1, width]
        x = x.addingToRows(positions(rows: grid.rows, columns: grid.columns))
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }
}

/// One layer of BLIP-2's vision encoder.
struct BLIP2VisionLayer: Sendable {
    private let shape: AttentionShape
    private let attentionNorm: LayerNorm
    private let qkv: Linear
    private let output: Linear
    private let feedForwardNorm: LayerNorm
    private let feedForward: FeedForward

    init(_ configuration: BLIP2VisionConfiguration, in scope: ParameterScope) {
        let width = configuration.width
        shape = AttentionShape(heads: configuration.heads, headWidth: width / configuration.heads)
        attentionNorm = LayerNorm(width, epsilon: configuration.epsilon, in: scope / "layer_norm1")
        qkv = Linear(width, 3 * width, bias: configuration.hasQKVBias, in: scope / "self_attn" / "qkv")
        output = Linear(width, width, in: scope / "self_attn" / "projection")
        feedForwardNorm = LayerNorm(width, epsilon: configuration.epsilon, in: scope / "layer_norm2")
        feedForward = FeedForward(
            expand: Linear(width, configuration.hidden, in: scope / "mlp" / "fc1"),
            contract: Linear(configuration.hidden, width, in: scope / "mlp" / "fc2"),
            activation: configuration.activation)
    }

    /// - Parameter x: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        let joined = qkv(attentionNorm(x))  // [batch, tokens, 3·width]
        let attended = Tensor.selfAttention(joined: joined, shape: shape)
        let middle = x + output(attended)
        return middle + feedForward(feedForwardNorm(middle))
    }
}
