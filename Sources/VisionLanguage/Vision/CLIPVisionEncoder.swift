import NeuralLayers
import TensorEngine

/// CLIP's vision encoder (Radford et al. 2021), as in transformers' `CLIPVisionConfig`: a class token, a norm before the first
/// layer, and one after the last, which here every token goes through (CLIP itself needs it of the class token only).
package struct CLIPVisionConfiguration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 32, activation: .quickGELU, epsilon: 1e-5)

    /// transformers' defaults.
    package init() {}

    /// The encoder at `scope` (`embeddings`, `pre_layrnorm`, `encoder.layers`, `post_layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let (width, embeddings) = (sizes.width, scope / "embeddings")
        let patches = PatchEmbedding(width: width, patch: sizes.patch, bias: false, in: embeddings / "patch_embedding")
        let classToken = embeddings.parameter("class_embedding", [width])
        let positions = PositionTable(
            (embeddings / "position_embedding").parameter("weight", [sizes.side * sizes.side + 1, width]),
            leading: 1, side: sizes.side, width: width)
        // The checkpoints' own spelling.
        let firstNorm = LayerNorm(width, epsilon: sizes.epsilon, in: scope / "pre_layrnorm")
        return VisionTransformer(
            sizes: sizes, patches: patches, classToken: classToken, positions: positions, firstNorm: firstNorm,
            layers: sizes.clipLayers(in: scope),
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "post_layernorm"))
    }
}

extension VisionSizes {
    /// The layers at `encoder.layers` of `scope` under CLIP's names, which SigLIP has too.
    func clipLayers(in scope: ParameterScope) -> [VisionTransformerLayer] {
        (0..<layers).map { index in
            VisionTransformerLayer(self, clipNamesIn: scope / "encoder" / "layers" / "\(index)") { scope in
                let attention = VisionAttention(width: width, heads: heads, clipNamesIn: scope)
                return { attention($0) }
            }
        }
    }
}
