import NeuralLayers
import TensorEngine

/// T5 (Raffel et al. 2020), T5 v1.1 and FLAN-T5 (Chung et al. 2022), as in transformers' `T5Config`.
package struct T5Configuration: Sendable, Equatable {
    package var sizes = EncoderDecoderSizes()
    /// Whether feed-forwards are gated (v1.1 and FLAN-T5).
    package var isGated = false

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .encoderDecoder(
            EncoderDecoder(sizes, in: scope) { _, _, scope in
                let place = scope / "DenseReluDense"
                guard isGated else { return sizes.denseFeedForward(in: place) }
                return GatedFeedForward(
                    width: sizes.width, hidden: sizes.hidden, activation: sizes.activation, in: place)
            })
    }
}

extension EncoderDecoderSizes {
    /// Two matrices, `wi` and `wo`, at `scope`.
    func denseFeedForward(in scope: ParameterScope) -> FeedForward {
        FeedForward(
            expand: Linear(width, hidden, bias: false, in: scope / "wi"),
            contract: Linear(hidden, width, bias: false, in: scope / "wo"), activation: activation)
    }
}
