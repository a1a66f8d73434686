import NeuralLayers
import TensorEngine

/// Switch Transformers (Fedus, Zoph & Shazeer 2021), as in transformers' `SwitchTransformersConfig`: T5 some of whose
/// feed-forwards are mixtures of experts that take one token each, up to a capacity.
package struct SwitchConfiguration: Sendable, Equatable {
    package var sizes: EncoderDecoderSizes
    package var experts = 8
    /// Tokens of a sequence that an expert takes.
    package var capacity = 64
    package var hasRouterBias = false
    /// Every n-th layer has experts, from the second on; every layer where n is 1, none where it is 0.
    package var encoderStep = 4
    package var decoderStep = 4

    /// transformers' defaults.
    package init() {
        sizes = EncoderDecoderSizes()
        (sizes.width, sizes.heads, sizes.encoderLayers, sizes.decoderLayers) = (768, 12, 12, 12)
    }

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .encoderDecoder(
            EncoderDecoder(sizes, in: scope) { stack, index, scope in
                let place = scope / "mlp"
                guard isSparse(stack, layer: index) else { return sizes.denseFeedForward(in: place) }
                return MixtureOfExperts(
                    router: CapacityRouter(
                        width: sizes.width, experts: experts, capacity: capacity, bias: hasRouterBias,
                        in: place / "router" / "classifier"),
                    experts: (0..<experts).map { expert in
                        sizes.denseFeedForward(in: place / "experts" / "expert_\(expert)")
                    })
            })
    }

    /// Whether a layer has experts.
    func isSparse(_ stack: EncoderDecoder.Stack, layer: Int) -> Bool {
        let step = stack == .encoder ? encoderStep : decoderStep
        return step == 1 || step > 0 && layer % step == 1
    }
}
