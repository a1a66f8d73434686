import NeuralLayers
import TensorEngine

/// Granite-MoE (IBM 2024), as in transformers' `GraniteMoeConfig`: mixtures of experts, and multipliers on embeddings, attention,
/// residuals and logits. Granite-MoE-shared adds one expert that every token goes through.
package struct GraniteMoESizes: Sendable, Equatable {
    package var base = RotaryDecoderSizes(
        vocabularySize: 32_000, width: 4_096, hidden: 11_008, layers: 32, heads: 32, contextLength: 2_048)
    package var attentionBias = false
    package var experts = 8
    package var expertsPerToken = 2
    package var embeddingMultiplier = 1.0
    package var attentionMultiplier = 1.0
    package var residualMultiplier = 1.0
    package var logitsDivisor = 1.0
    /// Hidden units of the expert that every token goes through; 0 for none.
    package var sharedHidden = 0

    func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        var frame = base.frame
        frame.embeddingMultiplier = embeddingMultiplier
        frame.logitsDivisor = logitsDivisor
        return .decoder(
            TransformerDecoder(frame, layers: base.layers, in: scope, norm: base.norm) { index, scope in
                var attention = base.attention(layer: index)
                attention.inputBias = attentionBias
                attention.outputBias = attentionBias
                attention.scale = attentionMultiplier
                return base.layer(
                    attention: SelfAttention(attention, in: scope / "self_attn"),
                    residualMultiplier: residualMultiplier, in: scope, feedForward: makeFeedForward)
            })
    }

    private func makeFeedForward(in scope: ParameterScope) -> any TokenFeedForward {
        let mixture = MixtureOfExperts(
            router: SoftmaxRouter(
                width: base.width, experts: experts, perToken: expertsPerToken, normalises: true, in: scope / "gate"),
            experts: base.experts(experts, hidden: base.hidden, in: scope))
        guard sharedHidden > 0 else { return mixture }
        return SharedExpertMixture(
            mixture: mixture,
            shared: base.gatedFeedForward(hidden: sharedHidden, in: scope / "shared_experts"))
    }
}

/// Granite-MoE without a shared expert.
package struct GraniteMoEConfiguration: Sendable, Equatable {
    package var sizes = GraniteMoESizes()

    /// transformers' defaults.
    package init() {}
}

/// Granite-MoE with a shared expert.
package struct GraniteMoESharedConfiguration: Sendable, Equatable {
    package var sizes = GraniteMoESizes()

    /// transformers' defaults.
    package init() {}
}
