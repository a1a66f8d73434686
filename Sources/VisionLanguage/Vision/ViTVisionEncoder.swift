import NeuralLayers
import TensorEngine

/// A vision transformer (Dosovitskiy et al. 2021), as in transformers' `ViTConfig`: a class token. Its pooler is no part of the
/// features.
package struct ViTConfiguration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 16, epsilon: 1e-12)
    package var hasQKVBias = true

    /// transformers' defaults.
    package init() {}

    /// The encoder at `scope` (`embeddings`, `encoder.layer`, `layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let (width, embeddings) = (sizes.width, scope / "embeddings")
        let classToken = embeddings.parameter("cls_token", [1, 1, width])
        let patches = PatchEmbedding(
            width: width, patch: sizes.patch, in: embeddings / "patch_embeddings" / "projection")
        let positions = PositionTable(
            embeddings.parameter("position_embeddings", [1, sizes.side * sizes.side + 1, width]), leading: 1,
            side: sizes.side, width: width)
        return VisionTransformer(
            sizes: sizes, patches: patches, classToken: classToken, positions: positions,
            layers: (0..<sizes.layers).map { layer(in: scope / "encoder" / "layer" / "\($0)") },
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "layernorm"))
    }

    private func layer(in scope: ParameterScope) -> VisionTransformerLayer {
        let (width, epsilon) = (sizes.width, sizes.epsilon)
        let mlp = FeedForward(
            expand: Linear(width, sizes.hidden, in: scope / "intermediate" / "dense"),
            contract: Linear(sizes.hidden, width, in: scope / "output" / "dense"), activation: sizes.activation)
        let attentionNorm = LayerNorm(width, epsilon: epsilon, in: scope / "layernorm_before")
        let attention = VisionAttention(
            width: width, heads: sizes.heads, bias: hasQKVBias, vitNamesIn: scope / "attention")
        return VisionTransformerLayer(
            attentionNorm: attentionNorm, attention: { attention($0) },
            feedForwardNorm: LayerNorm(width, epsilon: epsilon, in: scope / "layernorm_after"),
            feedForward: { mlp($0) })
    }
}
