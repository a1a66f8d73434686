import NeuralLayers
import TensorEngine

/// The sizes and choices of our own decoder, as they stand in a `config.json` of `model_type` `lorgnette_decoder`.
///
/// Feed-forwards are dense, one-in-N sparse (`sparsity`), mixtures of experts (`experts`), or experts that are themselves
/// sparse (both); positions rotary or xPos; masks causal or with a prefix read both ways; parametrised as usual or by width
/// (`baseSizes`).
package struct LorgnetteDecoderConfiguration: Sendable, Equatable {
    /// The `model_type` of its configs.
    package static let modelType = "lorgnette_decoder"

    /// Which keys a token sees.
    package enum Mask: String, Sendable, CaseIterable {
        /// All earlier ones.
        case causal
        /// All of the prefix, for tokens of the prefix; else all earlier ones.
        case prefix
    }

    /// How positions are told.
    package enum Positions: String, Sendable, CaseIterable {
        case rope
        /// xPos, with blockwise causal attention beyond the training length.
        case xpos
    }

    /// Sizes of the model that learning rates were tuned on, under maximal-update parametrisation; axes whose size differs
    /// from it grow with the width.
    package struct BaseSizes: Sendable, Equatable {
        package var width: Int
        package var hidden: Int
        package var headWidth: Int
        /// Of all query heads together.
        package var queryWidth: Int
        /// Of all key–value heads together.
        package var keyWidth: Int
        package var expertHidden: Int
        package var sharedHidden: Int
        /// What the logits are further multiplied by.
        package var outputMultiplier: Double

        /// Base sizes.
        package init(
            width: Int, hidden: Int, headWidth: Int, queryWidth: Int, keyWidth: Int, expertHidden: Int = 1,
            sharedHidden: Int = 1, outputMultiplier: Double = 1
        ) {
            self.width = width
            self.hidden = hidden
            self.headWidth = headWidth
            self.queryWidth = queryWidth
            self.keyWidth = keyWidth
            self.expertHidden = expertHidden
            self.sharedHidden = sharedHidden
            self.outputMultiplier = outputMultiplier
        }
    }

    package var vocabularySize = 8_192
    package var width = 256
    /// Hidden units of a feed-forward that is no expert.
    package var hidden = 1_024
    package var layers = 4
    package var heads = 4
    package var keyValueHeads = 4
    package var headWidth = 64
    /// Tokens of a sequence in training.
    package var trainingLength = 512
    package var epsilon = 1e-5
    /// Deviation of the token table and the head.
    package var tableDeviation = 0.02
    package var tiesEmbeddings = false
    package var activation = FeedForwardActivation.swiglu
    /// One-in-N sparsity of every feed-forward, experts included; nil for dense ones.
    package var sparsity: SparsityRules?
    /// Routing, where there are experts.
    package var experts: RoutingRules?
    /// Hidden units of one expert.
    package var expertHidden = 1_024
    /// Hidden units of the shared expert; 0 for none.
    package var sharedHidden = 0
    /// Layers `index % every == every − 1` have experts, the others a feed-forward of `hidden` units.
    package var expertsEvery = 1
    package var positions = Positions.rope
    package var rotaryBase = 10_000.0
    /// Distance over which xPos's planes fall to their ζ.
    package var decayDistance = 512.0
    package var mask = Mask.causal
    /// nil under the standard parametrisation.
    package var base: BaseSizes?

    /// A small dense decoder.
    package init() {}

    /// Whether a layer has experts.
    package func hasExperts(_ layer: Int) -> Bool { experts != nil && layer % expertsEvery == expertsEvery - 1 }

    /// How heads are told where tokens stand. The centre of xPos is the middle of the training length.
    package var encoding: PositionEncoding {
        switch positions {
        case .rope: .rotary(RotaryFrequencies(width: headWidth, base: rotaryBase))
        case .xpos:
            .extrapolated(
                ExtrapolatedPositions(
                    width: headWidth, base: rotaryBase, scale: decayDistance, centre: trainingLength / 2))
        }
    }

    /// Length of the blocks of blockwise attention: half the training length; nil for rotary positions, which see all.
    package var block: Int? { positions == .xpos ? trainingLength / 2 : nil }

    /// What products of queries and keys are multiplied by: 1/√width of a head, or √base/width under maximal-update
    /// parametrisation: 1/width, and at the base as usual.
    package var attentionScale: Float {
        let usual = 1 / Double(headWidth).squareRoot()
        guard let base else { return Float(usual) }
        return Float(usual * (Double(base.headWidth) / Double(headWidth)).squareRoot())
    }

    /// The axes of the weights, each with its size at the base.
    var axes: Axes { Axes(self) }

    /// Axes of the weights.
    struct Axes {
        let width: WidthAxis
        let hidden: WidthAxis
        let queries: WidthAxis
        let keys: WidthAxis
        let expertHidden: WidthAxis
        let sharedHidden: WidthAxis?

        init(_ configuration: LorgnetteDecoderConfiguration) {
            let base = configuration.base
            width = WidthAxis(configuration.width, base: base?.width)
            hidden = WidthAxis(configuration.hidden, base: base?.hidden)
            queries = WidthAxis(configuration.heads * configuration.headWidth, base: base?.queryWidth)
            keys = WidthAxis(configuration.keyValueHeads * configuration.headWidth, base: base?.keyWidth)
            expertHidden = WidthAxis(configuration.expertHidden, base: base?.expertHidden)
            sharedHidden =
                configuration.sharedHidden > 0
                ? WidthAxis(configuration.sharedHidden, base: base?.sharedHidden) : nil
        }
    }
}
