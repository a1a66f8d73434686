import TensorEngine

/// How steps are made, beside what is trained.
package struct OptimisationSettings: Codable, Sendable, Equatable {
    package var optimiser: OptimiserSettings
    package var schedule: LearningRateSchedule
    /// Gradients are scaled down to this 2-norm where theirs is greater; nil for never.
    package var clip: Float?
    /// Decay of the moving average of the weights; nil for none.
    package var averageDecay: Float?

    /// These settings.
    package init(
        optimiser: OptimiserSettings, schedule: LearningRateSchedule, clip: Float? = 1, averageDecay: Float? = nil
    ) {
        self.optimiser = optimiser
        self.schedule = schedule
        self.clip = clip
        self.averageDecay = averageDecay
    }
}

/// Where a run stands, all of it: the trained weights (in their parameters), the optimiser, the average, the step.
///
/// What a step does depends on this and on the step's number alone; whatever is random is drawn from (seed, step). So a run
/// that goes on from a checkpoint of this makes the same weights, bit for bit, as one that never stopped.
package struct TrainingState: Sendable {
    /// What is trained, in the model's order.
    package let parameters: [Parameter]
    /// What no gradient trains and steps change all the same (balancing biases of routers).
    package let buffers: [Parameter]
    /// How steps are made.
    package let settings: OptimisationSettings
    /// How each parameter is trained.
    package let groups: [String: ParameterGroup]
    /// Steps made.
    package private(set) var step: Int
    package private(set) var optimiser: Optimiser
    package private(set) var average: MovingAverage?

    /// The state before the first step.
    package init(
        _ parameters: [Parameter], buffers: [Parameter] = [], settings: OptimisationSettings,
        group: (Parameter) -> ParameterGroup
    ) {
        self.parameters = parameters
        self.buffers = buffers
        self.settings = settings
        groups = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, group($0)) })
        step = 0
        optimiser = Optimiser(settings.optimiser)
        average = settings.averageDecay.map { MovingAverage(decay: $0, of: parameters) }
    }

    /// Puts back what a checkpoint holds; the weights go into their parameters.
    package mutating func restore(step: Int, moments: [String: Optimiser.Moments], average: [String: Tensor]?) {
        self.step = step
        optimiser = Optimiser(settings.optimiser, steps: step, moments: moments)
        if let average, let decay = settings.averageDecay {
            self.average = MovingAverage(decay: decay, values: average)
        }
    }

    /// What one step did.
    package struct StepFacts: Sendable {
        /// Of a group of factor 1.
        package let learningRate: Float
        /// The 2-norm of all gradients before clipping.
        package let gradientNorm: Double
    }

    /// Makes a step.
    ///
    /// - Parameter rows: names of the step's rows, for the error.
    /// - Throws: `TrainingError.notFinite`, and then no weight has changed.
    package mutating func advance(by gradients: GradientSum, loss: Double, rows: [String]) throws(TrainingError)
        -> StepFacts
    {
        guard loss.isFinite else { throw .notFinite(step: step, what: "the loss", rows: rows) }
        let norm = gradients.norm
        guard norm.isFinite else {
            let name = gradients.firstNonFinite ?? "the gradients together"
            throw .notFinite(step: step, what: "the gradient of \(name)", rows: rows)
        }
        let rate = settings.schedule.rate(at: step)
        // As torch.nn.utils.clip_grad_norm_ has it.
        let scale = settings.clip.map { min(1, Float(Double($0) / (norm + 1e-6))) } ?? 1
        optimiser.step(parameters, gradients: gradients, learningRate: rate, gradientScale: scale) {
            groups[$0.name] ?? ParameterGroup()
        }
        average?.update(parameters, step: step)
        step += 1
        return StepFacts(learningRate: rate, gradientNorm: norm)
    }

    /// Runs `body` with the weights to keep in their places, and nothing recorded.
    package func withFinalWeights<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        let own = parameters.map { $0.tensor.detached }
        for (parameter, weight) in zip(parameters, finalWeights) {
            parameter.setTrainable(false)
            parameter.set(weight.value)
        }
        defer {
            for (parameter, weight) in zip(parameters, own) {
                parameter.set(weight)
                parameter.setTrainable(true)
            }
        }
        return try body()
    }

    /// The weights to evaluate and to keep: the average where there is one, else the weights themselves.
    package var finalWeights: [(name: String, value: Tensor)] {
        parameters.map { ($0.name, average?.values[$0.name] ?? $0.tensor.detached) }
    }
}
