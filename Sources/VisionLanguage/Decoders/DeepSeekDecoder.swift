import NeuralLayers
import TensorEngine

/// What DeepSeek-V2 and -V3 have in common (DeepSeek-AI 2024): latent attention, some dense layers, then mixtures of experts
/// beside experts that every token goes through.
package struct DeepSeekSizes: Sendable, Equatable {
    package var base: RotaryDecoderSizes
    package var attentionBias = false
    package var feedForwardBias = false
    package var queryRank: Int? = 1_536
    package var keyValueRank = 512
    /// Elements of a head's query and key that are not rotated; those that are make up `base.rotary.width`.
    package var plainWidth = 128
    package var valueWidth = 128
    /// What attention's scores are multiplied by beyond 1/√headWidth (YaRN).
    package var scoreMultiplier = 1.0
    /// The first layers, which have no experts.
    package var denseLayers: Int
    /// Hidden units of one expert.
    package var expertHidden: Int
    /// Experts that every token goes through.
    package var sharedExperts: Int
    package var choice: GroupLimitedRouter.Choice

    func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(base.frame, layers: base.layers, in: scope, norm: base.norm) { index, scope in
                base.layer(attention: LatentAttention(attention, in: scope / "self_attn"), in: scope) { scope in
                    guard index >= denseLayers else {
                        return base.gatedFeedForward(bias: feedForwardBias, in: scope)
                    }
                    return SharedExpertMixture(
                        mixture: MixtureOfExperts(
                            router: GroupLimitedRouter(width: base.width, choice: choice, in: scope / "gate"),
                            experts: base.experts(choice.experts, hidden: expertHidden, in: scope)),
                        shared: base.gatedFeedForward(
                            hidden: expertHidden * sharedExperts, bias: feedForwardBias, in: scope / "shared_experts"))
                }
            })
    }

    private var attention: LatentAttentionConfiguration {
        LatentAttentionConfiguration(
            width: base.width, heads: base.heads, queryRank: queryRank, keyValueRank: keyValueRank,
            plainWidth: plainWidth, valueWidth: valueWidth, rotary: base.rotary,
            scale: scoreMultiplier / Double(plainWidth + base.rotary.width).squareRoot(), hasBias: attentionBias,
            epsilon: 1e-6)
    }
}

/// DeepSeek-V2, as in transformers' `DeepseekV2Config`: softmax routing, perhaps limited to groups of experts.
package struct DeepSeekV2Configuration: Sendable, Equatable {
    package var sizes = DeepSeekSizes(
        base: RotaryDecoderSizes(
            vocabularySize: 102_400, width: 4_096, hidden: 11_008, layers: 32, heads: 32, headWidth: 64,
            contextLength: 2_048),
        denseLayers: 0, expertHidden: 1_407, sharedExperts: 2,
        choice: GroupLimitedRouter.Choice(experts: 64, perToken: 1))

    /// transformers' defaults.
    package init() {}
}

/// DeepSeek-V3, as in transformers' `DeepseekV3Config`: sigmoid routing with a correction, limited to groups of experts.
package struct DeepSeekV3Configuration: Sendable, Equatable {
    package var sizes: DeepSeekSizes

    /// transformers' defaults.
    package init() {
        var choice = GroupLimitedRouter.Choice(experts: 256, perToken: 8)
        choice.groups = 8
        choice.groupsKept = 4
        choice.normalises = true
        choice.scale = 2.5
        choice.usesSigmoid = true
        sizes = DeepSeekSizes(
            base: RotaryDecoderSizes(
                vocabularySize: 129_280, width: 7_168, hidden: 18_432, layers: 61, heads: 128, headWidth: 64,
                contextLength: 4_096),
            denseLayers: 3, expertHidden: 2_048, sharedExperts: 1, choice: choice)
    }
}
