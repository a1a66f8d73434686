import TensorEngine

/// Which rule makes a step out of a gradient, and its constants.
package struct OptimiserSettings: Codable, Sendable, Equatable {
    /// The rules there are.
    package enum Rule: String, Codable, Sendable, CaseIterable {
        /// Loshchilov & Hutter 2019.
        case adamw
        /// Chen et al. 2023: half of AdamW's memory; wants a learning rate 3–10 times smaller and a decay as much larger.
        case lion
    }

    /// The rule.
    package var rule: Rule
    /// β₁
    package var beta1: Float
    /// β₂
    package var beta2: Float
    /// ε of AdamW; Lion has none.
    package var epsilon: Float
    /// λ, on the parameters that decay at all (`ParameterGroup`).
    package var decay: Float

    /// The constants that BLIP-2 (AdamW) and the paper (Lion) take.
    package init(rule: Rule = .adamw) {
        self.rule = rule
        beta1 = 0.9
        beta2 = rule == .adamw ? 0.98 : 0.99
        epsilon = 1e-8
        decay = 0.05
    }
}

/// AdamW or Lion over a set of parameters: the running means of each, and how many steps were made.
package struct Optimiser: Sendable {
    /// The rule and its constants.
    package let settings: OptimiserSettings
    /// Steps made so far.
    package private(set) var steps: Int
    /// The running means by parameter: of gradients, and under AdamW of their squares.
    package private(set) var moments: [String: Moments]

    /// What is remembered of one parameter's gradients, each of its shape.
    package struct Moments: Sendable {
        package var mean: Tensor
        /// nil under Lion.
        package var square: Tensor?

        /// These running means.
        package init(mean: Tensor, square: Tensor?) {
            self.mean = mean
            self.square = square
        }
    }

    /// No steps made, or as many as a checkpoint says with what it remembers.
    package init(_ settings: OptimiserSettings, steps: Int = 0, moments: [String: Moments] = [:]) {
        self.settings = settings
        self.steps = steps
        self.moments = moments
    }

    /// One step on every parameter that has a gradient; the others stay as they are.
    ///
    /// - Parameters:
    ///   - gradients: by parameter name.
    ///   - learningRate: of a group of factor 1.
    ///   - gradientScale: what gradients are multiplied by first (clipping).
    ///   - group: of a parameter.
    package mutating func step(
        _ parameters: [Parameter], gradients: GradientSum, learningRate: Float, gradientScale: Float = 1,
        group: (Parameter) -> ParameterGroup
    ) {
        steps += 1
        for parameter in parameters {
            guard let gradient = gradients[parameter] else { continue }
            let group = group(parameter)
            let rate = learningRate * group.learningRateFactor
            let decay = group.decays ? settings.decay * group.decayFactor : 0
            // Taken out, so that the means are this function's alone and change in place.
            var state = moments.removeValue(forKey: parameter.name) ?? start(gradient.shape)
            switch settings.rule {
            case .adamw:
                var square = state.square ?? Tensor(repeating: 0, gradient.shape)
                state.square = nil
                parameter.step(
                    AdamWStep(
                        number: steps, learningRate: rate, beta1: settings.beta1, beta2: settings.beta2,
                        epsilon: settings.epsilon, decay: decay, gradientScale: gradientScale),
                    gradient: gradient, mean: &state.mean, square: &square)
                state.square = square
            case .lion:
                parameter.step(
                    LionStep(
                        learningRate: rate, beta1: settings.beta1, beta2: settings.beta2, decay: decay,
                        gradientScale: gradientScale),
                    gradient: gradient, mean: &state.mean)
            }
            moments[parameter.name] = state
        }
    }

    private func start(_ shape: [Int]) -> Moments {
        let zeros = Tensor(repeating: 0, shape)
        return Moments(mean: zeros, square: settings.rule == .adamw ? Tensor(repeating: 0, shape) : nil)
    }
}
