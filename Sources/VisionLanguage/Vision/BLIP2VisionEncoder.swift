import NeuralLayers
import TensorEngine

/// BLIP-2's vision encoder, as in transformers' `Blip2VisionConfig`: a vision transformer with a class token and one matrix for
/// queries, keys and values; the defaults are EVA-CLIP's ViT-g/14 without its last layer.
package struct BLIP2VisionConfiguration: Sendable, Equatable {
    package var sizes = VisionSizes(patch: 14, epsilon: 1e-6)
    package var hasQKVBias = true

    /// transformers' defaults.
    package init() {
        sizes.width = 1_408
        sizes.hidden = 6_144
        sizes.layers = 39
        sizes.heads = 16
    }

    /// An encoder of these sizes.
    package init(_ sizes: VisionSizes) { self.sizes = sizes }

    /// The encoder at `scope` (`embeddings`, `encoder.layers`, `post_layernorm`).
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder {
        let (width, embeddings) = (sizes.width, scope / "embeddings")
        let patches = PatchEmbedding(width: width, patch: sizes.patch, in: embeddings / "patch_embedding")
        let classToken = embeddings.parameter("class_embedding", [1, 1, width])
        let positions = PositionTable(
            embeddings.parameter("position_embedding", [1, sizes.side * sizes.side + 1, width]), leading: 1,
            side: sizes.side, width: width)
        let layers = (0..<sizes.layers).map { index in
            VisionTransformerLayer(sizes, clipNamesIn: scope / "encoder" / "layers" / "\(index)") { scope in
                let attention = JoinedVisionAttention(width: width, heads: sizes.heads, bias: hasQKVBias, in: scope)
                return { attention($0) }
            }
        }
        return VisionTransformer(
            sizes: sizes, patches: patches, classToken: classToken, positions: positions, layers: layers,
            finalNorm: LayerNorm(width, epsilon: sizes.epsilon, in: scope / "post_layernorm"))
    }
}
