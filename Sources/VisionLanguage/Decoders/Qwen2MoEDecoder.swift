import NeuralLayers
import TensorEngine

/// Qwen1.5-MoE and Qwen2-MoE (Yang et al. 2024), as in transformers' `Qwen2MoeConfig`: Qwen2 with mixtures of experts beside
/// one expert that every token goes through, as far as a gate of its own lets it.
package struct Qwen2MoEConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 151_936, width: 2_048, hidden: 5_632, layers: 24, heads: 16, contextLength: 32_768)
    package var hasInputBias = true
    package var mixture = QwenMixture(experts: 60, perToken: 4, hidden: 1_408)
    /// Hidden units of the expert that every token goes through.
    package var sharedHidden = 5_632

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                var attention = sizes.attention(layer: index)
                attention.inputBias = hasInputBias
                return sizes.layer(
                    attention: SelfAttention(attention, in: scope / "self_attn"), in: scope
                ) { scope in
                    guard mixture.isSparse(layer: index) else { return sizes.gatedFeedForward(in: scope) }
                    return SharedExpertMixture(
                        mixture: mixture.make(sizes, in: scope),
                        shared: sizes.gatedFeedForward(hidden: sharedHidden, in: scope / "shared_expert"),
                        gate: Linear(sizes.width, 1, bias: false, in: scope / "shared_expert_gate"))
                }
            })
    }
}

/// The experts of Qwen's mixtures, and which layers have them.
package struct QwenMixture: Sendable, Equatable {
    package var experts: Int
    package var perToken: Int
    /// Hidden units of one expert.
    package var hidden: Int
    package var normalises = false
    /// Every n-th layer has experts,
    package var step = 1
    /// but not these.
    package var denseLayers: Set<Int> = []

    /// Experts in every layer.
    package init(experts: Int, perToken: Int, hidden: Int) {
        self.experts = experts
        self.perToken = perToken
        self.hidden = hidden
    }

    func isSparse(layer: Int) -> Bool { !denseLayers.contains(layer) && (layer + 1) % step == 0 }

    func make(_ sizes: RotaryDecoderSizes, in scope: ParameterScope) -> MixtureOfExperts {
        MixtureOfExperts(
            router: SoftmaxRouter(
                width: sizes.width, experts: experts, perToken: perToken, normalises: normalises, in: scope / "gate"),
            experts: sizes.experts(experts, hidden: hidden, in: scope))
    }
}
