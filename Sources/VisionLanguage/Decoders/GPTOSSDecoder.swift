import NeuralLayers
import TensorEngine

/// gpt-oss (OpenAI 2025), as in transformers' `GptOssConfig`: attention with sinks, a sliding window in every other layer, and
/// experts with biases and a clamped gate.
package struct GPTOSSConfiguration: Sendable, Equatable {
    package var sizes: RotaryDecoderSizes
    package var attentionBias = true
    package var experts = 128
    package var expertsPerToken = 4
    /// α of the experts' sigmoid.
    package var gateSlope = 1.702
    /// What the experts' hidden units are cut to.
    package var gateLimit = 7.0

    /// transformers' defaults.
    package init() {
        sizes = RotaryDecoderSizes(
            vocabularySize: 201_088, width: 2_880, hidden: 2_880, layers: 36, heads: 64, keyValueHeads: 8,
            headWidth: 64, contextLength: 131_072, epsilon: 1e-5, rotaryBase: 150_000)
        sizes.rotary.scaling = .yarn(Self.defaultScaling)
    }

    /// The scaling of a config that does not say.
    static var defaultScaling: YaRN {
        var yarn = YaRN(factor: 32, originalContext: 4_096)
        yarn.truncates = false
        return yarn
    }

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                var attention = sizes.attention(layer: index)
                attention.inputBias = attentionBias
                attention.outputBias = attentionBias
                attention.hasSinks = true
                return sizes.layer(
                    attention: SelfAttention(attention, in: scope / "self_attn"), in: scope
                ) { scope in
                    MixtureOfExperts(
                        router: SoftmaxRouter(
                            width: sizes.width, experts: experts, perToken: expertsPerToken, normalises: true,
                            bias: true, in: scope / "router"),
                        experts: (0..<experts).map { expert in
                            ClampedFeedForward(
                                width: sizes.width, hidden: sizes.hidden, slope: gateSlope, limit: gateLimit,
                                in: scope / "experts" / "\(expert)")
                        })
                }
            })
    }
}
