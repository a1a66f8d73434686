import NeuralLayers
import TensorEngine

/// Qwen3-MoE (Yang et al. 2025), as in transformers' `Qwen3MoeConfig`: Qwen3 with mixtures of experts and no shared one.
package struct Qwen3MoEConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 151_936, width: 2_048, hidden: 6_144, layers: 24, heads: 32, keyValueHeads: 4,
        contextLength: 32_768)
    package var attentionBias = false
    package var mixture = QwenMixture(experts: 128, perToken: 8, hidden: 768)

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                sizes.layer(
                    attention: SelfAttention(
                        sizes.qwen3Attention(layer: index, bias: attentionBias), in: scope / "self_attn"), in: scope
                ) { scope in
                    guard mixture.isSparse(layer: index) else { return sizes.gatedFeedForward(in: scope) }
                    return mixture.make(sizes, in: scope)
                }
            })
    }
}
