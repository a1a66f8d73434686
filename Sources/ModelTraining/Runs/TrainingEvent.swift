import InterleavedData

/// What a run tells whoever watches it.
package enum TrainingEvent: Sendable {
    /// What is about to be done, before the first step.
    case planned(PlanSummary)
    /// A step was made.
    case stepped(StepRecord)
    /// Pictures that cannot be used; other rows took their places.
    case skipped(row: String, reason: String)
    /// Rows that are not trained on were looked at.
    case evaluated(DevRecord)
    /// The run would go on from here.
    case checkpointed(step: Int)
    /// Better weights have not come for as long as the recipe waits.
    case stoppedEarly(step: Int, best: Int)
    /// What the feature cache was asked for, at the end.
    case cachedFeatures(path: String, counts: FeatureStore.Counts)
    /// What the run was for stands in this folder: a bridge, or after the first stage a whole model.
    case finished(folder: String)
}

/// A step as the log has it.
package struct StepRecord: Sendable {
    /// Counted from 1.
    package let step: Int
    /// Of how many.
    package let steps: Int
    /// Mean cross-entropy of the labelled tokens, nats.
    package let loss: Double
    package let learningRate: Float
    /// 2-norm of all gradients before clipping.
    package let gradientNorm: Double
    package let images: Int
    /// Labelled tokens, and all tokens without padding.
    package let labels: Int
    package let tokens: Int
    /// What the loss is made of and what else changes from step to step, by its name in the log.
    package var facts: [(key: String, value: Double)] = []
    package let seconds: Double
}

/// A look at rows that are not trained on.
package struct DevRecord: Sendable {
    package let step: Int
    /// Mean cross-entropy of the labelled tokens, nats; nil where no row was measured.
    package let loss: Double?
    /// Share of answers that equal the reference, case and a final full stop aside; nil where none was asked.
    package let exactMatch: Double?
    package let rows: Int
    package let answered: Int
    /// What else was measured, by its name in the log.
    package var facts: [(key: String, value: Double)] = []
    /// Whether it is the best so far.
    package let isBest: Bool
    /// A few answers.
    package let samples: [DevSample]
    package let seconds: Double
}

/// One answer beside its reference.
package struct DevSample: Sendable {
    package let row: PairSample
    package let output: String
    package let isCorrect: Bool
}
