import NeuralLayers
import TensorEngine

/// The sizes of a DINOv2 encoder (Oquab et al. 2023; registers: Darcet et al. 2023), as in transformers' `Dinov2Config` and
/// `Dinov2WithRegistersConfig`.
package struct DINOv2Configuration: Sendable, Equatable {
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    package var imageSize = 224
    package var patch = 14
    package var activation = Activation.gelu
    package var epsilon = 1e-6
    package var hasQKVBias = true
    /// Whether feed-forwards are gated (ViT-g), `hidden` being the width of the gate.
    package var isGated = false
    /// Tokens without a place between the class token and the patches; nil for the encoder without registers.
    package var registers: Int?

    /// transformers' defaults.
    package init() {}

    package var leadingTokens: Int { 1 + (registers ?? 0) }
}

/// DINOv2's encoder: a vision transformer whose sublayers are scaled before they are added, with or without registers.
package struct DINOv2VisionEncoder: VisionEncoder {
    private let configuration: DINOv2Configuration
    private let patches: PatchEmbedding
    /// `[1, 1, width]`
    private let classToken: Parameter
    /// `[1, registers, width]`
    private let registers: Parameter?
    private let positions: PositionTable
    private let layers: [VisionTransformerLayer]
    private let finalNorm: LayerNorm

    /// The encoder at `scope` (`embeddings`, `encoder.layer`, `layernorm`).
    package init(_ configuration: DINOv2Configuration, in scope: ParameterScope) {
        self.configuration = configuration
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        let embeddings = scope / "embeddings"
        let side = configuration.imageSize / configuration.patch
        classToken = embeddings.parameter("cls_token", [1, 1, width])
        registers = configuration.registers.map { embeddings.parameter("register_tokens", [1, $0, width]) }
        patches = PatchEmbedding(
            width: width, patch: configuration.patch, in: embeddings / "patch_embeddings" / "projection")
        // The encoder with registers was trained on antialiased positions, the other one on plain ones.
        positions = PositionTable(
            embeddings.parameter("position_embeddings", [1, side * side + 1, width]), leading: 1, side: side,
            width: width, kernel: configuration.registers == nil ? .plain : .antialiased)
        layers = (0..<configuration.layers).map { index in
            VisionTransformerLayer(configuration, in: scope / "encoder" / "layer" / "\(index)")
        }
        finalNorm = LayerNorm(width, epsilon: epsilon, in: scope / "layernorm")
    }

    package var width: Int { configuration.width }
    package var imageSize: Int { configuration.imageSize }

    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let grid = patches.grid(of: pixels)
        let batch = pixels.shape[0]
        let start = classToken.tensor.converted32().reshaped([width]).repeated(batch)
        var x = Tensor.concatenated([start.reshaped([batch, 1, width]), patches(pixels)], axis: 1)
        x = x.addingToRows(positions(rows: grid.rows, columns: grid.columns))
        if let registers, let count = configuration.registers {
            // Registers have no position: they come in after it was added.
            let extra = registers.tensor.converted32().reshaped([count, width]).repeated(batch)
            x = .concatenated([x.slice(0..<1, axis: 1), extra, x.slice(1..<x.shape[1], axis: 1)], axis: 1)
        }
        for layer in layers { x = layer(x) }
        return finalNorm(x)
    }
}

extension VisionTransformerLayer {
    /// A layer of DINOv2 at `scope` (`norm1`, `attention`, `layer_scale1`, `norm2`, `mlp`, `layer_scale2`).
    fileprivate init(_ configuration: DINOv2Configuration, in scope: ParameterScope) {
        let (width, epsilon) = (configuration.width, configuration.epsilon)
        let norm1 = LayerNorm(width, epsilon: epsilon, in: scope / "norm1")
        let attention = VisionAttention(
            width: width, heads: configuration.heads, bias: configuration.hasQKVBias, vitNamesIn: scope / "attention")
        let scale1 = (scope / "layer_scale1").parameter("lambda1", [width], .ones)
        let norm2 = LayerNorm(width, epsilon: epsilon, in: scope / "norm2")
        let feedForward = Self.feedForward(configuration, in: scope / "mlp")
        let scale2 = (scope / "layer_scale2").parameter("lambda1", [width], .ones)
        self.init(
            attentionNorm: norm1, attention: attention, attentionScale: scale1, feedForwardNorm: norm2,
            feedForward: feedForward, feedForwardScale: scale2)
    }

    private static func feedForward(
        _ configuration: DINOv2Configuration, in scope: ParameterScope
    ) -> @Sendable (Tensor) -> Tensor {
        if configuration.isGated {
            let gated = GatedFeedForward(
                width: configuration.width, hidden: configuration.hidden, activation: .silu, bias: true, in: scope)
            return { gated($0) }
        }
        let plain = FeedForward(
            expand: Linear(configuration.width, configuration.hidden, in: scope / "fc1"),
            contract: Linear(configuration.hidden, configuration.width, in: scope / "fc2"),
            activation: configuration.activation)
        return { plain($0) }
    }
}
