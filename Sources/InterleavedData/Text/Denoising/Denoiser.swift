/// A task that a model learns text by: what it is shown, and what it has to say.
///
/// Each example is one row of tokens: leading tokens, inputs, targets. Losses are on targets alone; the inputs may see
/// each other (a prefix mask), targets see what is before them.
package struct Denoiser: Sendable, Equatable {
    /// What is shown and what is said.
    package enum Task: Sendable, Equatable {
        /// Every token from those before it.
        case causal
        /// The rest of a text from its beginning, which ends anywhere (T5's `prefix_lm`), or, where a share is given,
        /// so that this share of the tokens is the rest.
        case prefix(targetShare: Double?)
        /// Spans that were cut out, of that mean length, in all that share of the tokens.
        case spans(meanLength: Double, density: Double)
        /// What follows a document's own prompt; documents are taken whole.
        case prompt
    }

    /// The name under which its loss is reported.
    package var name: String
    /// What is shown and what is said.
    package var task: Task
    /// Tokens before every example: a mode token.
    package var leadingTokens: [String]
    /// Whether leading tokens stand only where a document begins, not where a piece of one goes on.
    package var leadsBeginningsOnly: Bool
    /// Whether inputs see each other whole; else each sees those before it.
    package var seesWholePrefix: Bool
    /// What each target's loss counts.
    package var lossWeight: Float

    /// A denoiser.
    package init(
        _ name: String, _ task: Task, leadingTokens: [String] = [], leadsBeginningsOnly: Bool = false,
        seesWholePrefix: Bool = true, lossWeight: Float = 1
    ) {
        self.name = name
        self.task = task
        self.leadingTokens = leadingTokens
        self.leadsBeginningsOnly = leadsBeginningsOnly
        self.seesWholePrefix = seesWholePrefix
        self.lossWeight = lossWeight
    }

    func validate() throws(TextDataError) {
        switch task {
        case .causal, .prompt, .prefix(nil): break
        case .prefix(let share?):
            guard share > 0, share < 1 else { throw .badOption(name: name, reason: "the share \(share) is not in 0…1") }
        case .spans(let mean, let density):
            guard mean >= 1, mean.isFinite else { throw .badOption(name: name, reason: "spans of \(mean) tokens") }
            guard density > 0, density < 1 else {
                throw .badOption(name: name, reason: "the share \(density) is not in 0…1")
            }
        }
        guard lossWeight >= 0, lossWeight.isFinite else {
            throw .badOption(name: name, reason: "the weight \(lossWeight)")
        }
    }

    /// Sentinels that an example in a row of `length` tokens needs at most.
    package func sentinels(rowLength length: Int) -> Int {
        guard case .spans(let mean, let density) = task else { return 0 }
        return SpanLengths.fitting(room: length, available: length, density: density, meanLength: mean)?.spans ?? 0
    }
}
