import NeuralLayers
import TensorEngine

/// Phi-3.5-MoE (Abdin et al. 2024), as in transformers' `PhimoeConfig`: layer norms with biases, and a router that chooses
/// two experts one after the other.
package struct PhiMoEConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 32_064, width: 4_096, hidden: 6_400, layers: 32, heads: 32, keyValueHeads: 8,
        contextLength: 131_072, epsilon: 1e-5, rotaryBase: 1_000_000)
    package var attentionBias = false
    package var hasHeadBias = false
    package var experts = 16
    /// How near a score must be to the best to share in its softmax.
    package var jitter = 0.01

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        var frame = sizes.frame
        frame.hasHeadBias = hasHeadBias
        return .decoder(
            TransformerDecoder(frame, layers: sizes.layers, in: scope, norm: norm) { index, scope in
                var attention = sizes.attention(layer: index)
                attention.inputBias = attentionBias
                attention.outputBias = attentionBias
                let mixture = scope / "mlp"
                return TransformerLayer(
                    attentionNorm: norm(in: scope / "input_layernorm"),
                    attention: SelfAttention(attention, in: scope / "self_attn"),
                    feedForwardNorm: norm(in: scope / "post_attention_layernorm"),
                    feedForward: MixtureOfExperts(
                        router: SparseMixerRouter(
                            width: sizes.width, experts: experts, jitter: jitter, in: mixture / "gate"),
                        experts: sizes.experts(experts, hidden: sizes.hidden, in: mixture)))
            })
    }

    private func norm(in scope: ParameterScope) -> LayerNorm {
        LayerNorm(sizes.width, epsilon: sizes.epsilon, in: scope)
    }
}
