import TensorEngine

/// AdamW over a set of parameters: the running means of each, and how many steps were made.
package struct AdamW: Sendable {
    /// Steps made so far.
    package private(set) var steps = 0
    private var states: [String: State] = [:]

    private struct State: Sendable {
        var mean: Tensor
        var square: Tensor
    }

    /// No steps made.
    package init() {}

    /// One step on every parameter that has a gradient; the others stay as they are.
    ///
    /// - Parameters:
    ///   - settings: of a parameter, by its name: its learning rate and decay. `number` is set here.
    package mutating func step(
        _ parameters: [Parameter], gradients: Gradients, settings: (String) -> AdamWStep
    ) {
        steps += 1
        for parameter in parameters {
            guard let gradient = gradients[parameter] else { continue }
            var step = settings(parameter.name)
            step.number = steps
            let zeros = Tensor(repeating: 0, gradient.shape)
            // Taken out, so that the means are this function's alone and change in place.
            var state = states.removeValue(forKey: parameter.name) ?? State(mean: zeros, square: zeros)
            parameter.step(step, gradient: gradient, mean: &state.mean, square: &state.square)
            states[parameter.name] = state
        }
    }
}
