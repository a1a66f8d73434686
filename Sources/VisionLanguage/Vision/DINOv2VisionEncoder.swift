import NeuralLayers
import TensorEngine

/// DINOv2's encoder (Oquab et al. 2023; registers: Darcet et al. 2023), as in transformers' `Dinov2Config` and
/// `Dinov2WithRegistersConfig`: a vision transformer whose sublayers are scaled before they are added.
package struct DINOv2Configuration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 14, epsilon: 1e-6)
    package var hasQKVBias = true
    /// Whether feed-forwards are gated (ViT-g), `hidden` being the width of the gate.
    package var isGated = false
    /// Tokens without a place between the class token and the patches; nil for the encoder without registers.
    package var registers: Int?

    /// transformers' defaults.
    package init() {}

    package var leadingTokens: Int { 1 + (registers ?? 0) }

    /// The encoder at `scope` (`embeddings`, `encoder.layer`, `layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let (width, embeddings) = (sizes.width, scope / "embeddings")
        let classToken = embeddings.parameter("cls_token", [1, 1, width])
        let registerTokens = registers.map { embeddings.parameter("register_tokens", [1, $0, width]) }
        let patches = PatchEmbedding(
            width: width, patch: sizes.patch, in: embeddings / "patch_embeddings" / "projection")
        // The encoder with registers was trained on antialiased positions, the other one on plain ones.
        let positions = PositionTable(
            embeddings.parameter("position_embeddings", [1, sizes.side * sizes.side + 1, width]), leading: 1,
            side: sizes.side, width: width, kernel: registers == nil ? .plain : .antialiased)
        return VisionTransformer(
            sizes: sizes, patches: patches, classToken: classToken, registers: registerTokens, positions: positions,
            layers: (0..<sizes.layers).map { layer(in: scope / "encoder" / "layer" / "\($0)") },
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "layernorm"))
    }

    /// A layer at `scope` (`norm1`, `attention`, `layer_scale1`, `norm2`, `mlp`, `layer_scale2`).
    private func layer(in scope: ParameterScope) -> VisionTransformerLayer {
        let (width, epsilon) = (sizes.width, sizes.epsilon)
        let norm1 = LayerNorm(width, epsilon: epsilon, in: scope / "norm1")
        let attention = VisionAttention(
            width: width, heads: sizes.heads, bias: hasQKVBias, vitNamesIn: scope / "attention")
        let scale1 = (scope / "layer_scale1").parameter("lambda1", [width], .ones)
        let norm2 = LayerNorm(width, epsilon: epsilon, in: scope / "norm2")
        let feedForward = feedForward(in: scope / "mlp")
        let scale2 = (scope / "layer_scale2").parameter("lambda1", [width], .ones)
        return VisionTransformerLayer(
            attentionNorm: norm1, attention: { attention($0) }, attentionScale: scale1, feedForwardNorm: norm2,
            feedForward: feedForward, feedForwardScale: scale2)
    }

    private func feedForward(in scope: ParameterScope) -> @Sendable (Tensor) -> Tensor {
        if isGated {
            let gated = GatedFeedForward(
                width: sizes.width, hidden: sizes.hidden, activation: .silu, bias: true, in: scope)
            return { gated($0) }
        }
        let plain = FeedForward(
            expand: Linear(sizes.width, sizes.hidden, in: scope / "fc1"),
            contract: Linear(sizes.hidden, sizes.width, in: scope / "fc2"), activation: sizes.activation)
        return { plain($0) }
    }
}
