import TensorEngine

/// Denoisers and how often each is drawn; one draw an example.
package struct DenoiserMixture: Sendable, Equatable {
    /// The denoisers.
    package var denoisers: [Denoiser]
    /// How often each is drawn, as shares of their sum.
    package var rates: [Double]

    /// Denoisers with their rates.
    package init(_ entries: [(denoiser: Denoiser, rate: Double)]) {
        denoisers = entries.map(\.denoiser)
        rates = entries.map(\.rate)
    }

    /// One denoiser alone.
    package init(_ denoiser: Denoiser) { self.init([(denoiser, 1)]) }

    /// The mixture of that denoiser alone: held-out loss by denoiser.
    package func only(_ index: Int) -> DenoiserMixture { DenoiserMixture(denoisers[index]) }

    func validate() throws(TextDataError) {
        guard !denoisers.isEmpty, rates.count == denoisers.count else {
            throw .badOption(name: "mixture", reason: "\(rates.count) rates for \(denoisers.count) denoisers")
        }
        guard rates.allSatisfy({ $0 >= 0 && $0.isFinite }), rates.contains(where: { $0 > 0 }) else {
            throw .badOption(name: "mixture", reason: "rates \(rates)")
        }
        for (index, denoiser) in denoisers.enumerated() {
            try denoiser.validate()
            if denoisers[..<index].contains(where: { $0.name == denoiser.name }) {
                throw .badOption(name: "mixture", reason: "two denoisers named \(denoiser.name)")
            }
        }
    }

    /// The place of a denoiser drawn at its rate.
    func draw(using generator: inout SeededGenerator) -> Int {
        var rest = generator.unit() * rates.reduce(0, +)
        for (index, rate) in rates.enumerated() where rate > 0 {
            rest -= rate
            if rest < 0 { return index }
        }
        return rates.lastIndex { $0 > 0 } ?? 0
    }
}

extension DenoiserMixture {
    /// R-denoisers: short spans.
    private static func regular(_ mean: Double) -> Denoiser {
        Denoiser(
            "R(\(Int(mean)),0.15)", .spans(meanLength: mean, density: 0.15), leadingTokens: [ReservedTokens.modes[0]])
    }

    /// X-denoisers: long spans, or half of the text.
    private static func extreme(_ mean: Double, _ density: Double) -> Denoiser {
        Denoiser(
            "X(\(Int(mean)),\(density))", .spans(meanLength: mean, density: density),
            leadingTokens: [ReservedTokens.modes[1]])
    }

    /// S-denoiser: the rest of the text.
    private static let sequential = Denoiser("S", .prefix(targetShare: nil), leadingTokens: [ReservedTokens.modes[2]])

    /// UL2's seven denoisers (Tay et al. 2022, table 1): R 0.4, X 0.4, S 0.2 in all.
    package static let ul2 = DenoiserMixture([
        (regular(3), 0.2), (regular(8), 0.2), (extreme(3, 0.5), 0.1), (extreme(8, 0.5), 0.1), (extreme(64, 0.15), 0.1),
        (extreme(64, 0.5), 0.1), (sequential, 0.2),
    ])

    /// UL2's denoisers at equal rates, the default of its preprocessor.
    package static let ul2Uniform = DenoiserMixture(ul2.denoisers.map { ($0, 1) })

    /// Three denoisers for small models, half of it the rest of a text: R(3, .15), X(8, .5), S.
    package static let ul2Small = DenoiserMixture([(regular(3), 0.25), (extreme(8, 0.5), 0.25), (sequential, 0.5)])

    /// Every token from those before it; documents begin with `<s>`.
    package static let causal = DenoiserMixture(
        Denoiser(
            "causal", .causal, leadingTokens: [ReservedTokens.beginning], leadsBeginningsOnly: true,
            seesWholePrefix: false))

    /// The answer to a document's prompt, which begins with `<s>` as a model's prompts do.
    package static let prompts = DenoiserMixture(
        Denoiser("prompt", .prompt, leadingTokens: [ReservedTokens.beginning]))

    /// The mixture of that name, as recipes and flags write it: `ul2`, `ul2-uniform`, `ul2-small`, `causal`, `prompts`.
    package init?(name: String) {
        switch name {
        case "ul2": self = .ul2
        case "ul2-uniform": self = .ul2Uniform
        case "ul2-small": self = .ul2Small
        case "causal": self = .causal
        case "prompts": self = .prompts
        default: return nil
        }
    }

    /// This mixture with inputs that see only what is before them: for positions that need `key ≤ query` (xPos).
    package var withCausalPrefixes: DenoiserMixture {
        var mixture = self
        for index in mixture.denoisers.indices { mixture.denoisers[index].seesWholePrefix = false }
        return mixture
    }
}
