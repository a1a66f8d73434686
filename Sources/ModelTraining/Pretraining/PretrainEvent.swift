/// What a pretrain run tells whoever watches it.
package enum PretrainEvent: Sendable {
    /// What is being made ready before the first step, in words.
    case preparing(String)
    /// What is about to be done.
    case planned(PlanSummary)
    /// A step was made.
    case stepped(PretrainStepRecord)
    /// Text that is not trained on was looked at.
    case evaluated(HeldOutRecord)
    /// The run would go on from here.
    case checkpointed(step: Int)
    /// The model stands in this folder.
    case finished(model: String)
}

/// A step as the log has it.
package struct PretrainStepRecord: Sendable {
    /// Counted from 1.
    package let step: Int
    /// Of how many.
    package let steps: Int
    /// Mean cross-entropy of the targets, nats.
    package let loss: Double
    /// By denoiser.
    package let losses: DenoiserLosses
    /// Balance and z losses of all layers, with their coefficients.
    package let auxiliary: Double
    package let learningRate: Float
    /// 2-norm of all gradients before clipping.
    package let gradientNorm: Double
    /// Share of layer calls with hard masks; nil where nothing is sparse.
    package let hardRate: Double?
    /// All tokens without padding.
    package let tokens: Int
    package let seconds: Double
}
