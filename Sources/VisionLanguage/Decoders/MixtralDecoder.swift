import NeuralLayers
import TensorEngine

/// Mixtral (Jiang et al. 2024), as in transformers' `MixtralConfig`: Mistral whose feed-forwards are mixtures of experts.
package struct MixtralConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 32_000, width: 4_096, hidden: 14_336, layers: 32, heads: 32, keyValueHeads: 8,
        contextLength: 131_072, epsilon: 1e-5, rotaryBase: 1_000_000)
    package var experts = 8
    package var expertsPerToken = 2

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                sizes.layer(
                    attention: SelfAttention(sizes.attention(layer: index), in: scope / "self_attn"), in: scope
                ) { scope in
                    MixtureOfExperts(
                        router: SoftmaxRouter(
                            width: sizes.width, experts: experts, perToken: expertsPerToken, normalises: true,
                            in: scope / "gate"),
                        experts: sizes.experts(experts, hidden: sizes.hidden, in: scope))
                }
            })
    }
}
