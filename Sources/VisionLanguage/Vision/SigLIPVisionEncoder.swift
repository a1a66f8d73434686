import NeuralLayers
import TensorEngine

/// SigLIP's vision encoder (Zhai et al. 2023), as in transformers' `SiglipVisionConfig`: no class token. Its pooling head is no
/// part of the features.
package struct SigLIPVisionConfiguration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 16, activation: .geluTanh, epsilon: 1e-6)

    /// transformers' defaults.
    package init() {}

    package var leadingTokens: Int { 0 }

    /// The encoder at `scope` (`embeddings`, `encoder.layers`, `post_layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let (width, embeddings) = (sizes.width, scope / "embeddings")
        let patches = PatchEmbedding(width: width, patch: sizes.patch, in: embeddings / "patch_embedding")
        let positions = PositionTable(
            (embeddings / "position_embedding").parameter("weight", [sizes.side * sizes.side, width]),
            leading: 0, side: sizes.side, width: width)
        return VisionTransformer(
            sizes: sizes, patches: patches, positions: positions, layers: sizes.clipLayers(in: scope),
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "post_layernorm"))
    }
}
