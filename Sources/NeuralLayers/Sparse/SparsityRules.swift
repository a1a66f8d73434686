import TensorEngine

/// How a one-in-N sparse feed-forward chooses its units, and how it learns to.
package struct SparsityRules: Sendable, Equatable {
    /// N: units of a block, one of which is chosen.
    package var block: Int
    /// Width of the controller's middle.
    package var rank: Int
    /// Temperature of the noise under which training chooses.
    package var temperature: Double
    /// Share of training's layer calls with hard masks.
    package var hardRate: Double

    /// Rules; the defaults of temperature and rate are those of trax's `SparseFF`.
    package init(block: Int, rank: Int, temperature: Double = 0.1, hardRate: Double = 0.3) {
        self.block = block
        self.rank = rank
        self.temperature = temperature
        self.hardRate = hardRate
    }
}

/// How one call of a sparse feed-forward masks its units.
package enum SparseStep: Sendable, Equatable {
    /// The greatest of each block, without noise; the controller gets no gradient.
    case evaluation
    /// Training with the soft mask: every unit weighted by its probability.
    case soft
    /// Training with the hard mask: one unit of each block, drawn with noise from this seed.
    case hard(seed: UInt64)
}

extension TrainingMode {
    /// The step of one layer call: one coin for the whole call, then a seed for its noise.
    package mutating func sparseStep(_ rules: SparsityRules) -> SparseStep {
        let isHard = generator.unit() < hardRate ?? rules.hardRate
        let seed = generator.next()
        return isHard ? .hard(seed: seed) : .soft
    }
}

extension SparseStep {
    /// The step of one of several sparse layers that share a coin (experts), with noise of its own.
    package func forExpert(_ index: Int) -> SparseStep {
        guard case .hard(let seed) = self else { return self }
        var generator = SeededGenerator(seed: seed, stream: "\(index)")
        return .hard(seed: generator.next())
    }
}

/// What a sparse feed-forward did in one pass.
package struct SparsityReport: Sendable {
    /// Which layer.
    package let layer: Int
    /// Tokens that went through it (assignments, for experts).
    package let tokens: Int
    /// How its units were masked.
    package let step: SparseStep
    /// How often each unit was chosen, `[units]`; of experts one after the other.
    package let usage: [Int]
    /// Rows of the two matrices that were read, where single tokens were decoded; nil for whole matrices.
    package let rows: ChosenRowCount?

    /// A report of these facts.
    package init(layer: Int, tokens: Int, step: SparseStep, usage: [Int], rows: ChosenRowCount?) {
        self.layer = layer
        self.tokens = tokens
        self.step = step
        self.usage = usage
        self.rows = rows
    }

    /// Share of units that no token chose.
    package var unused: Double { Double(usage.count { $0 == 0 }) / Double(max(1, usage.count)) }
}
