import TensorEngine

/// How one parameter is trained beside the others.
package struct ParameterGroup: Sendable, Equatable {
    /// Its learning rate over that of the run.
    package var learningRateFactor: Float = 1
    /// Whether weight decay is for it at all.
    package var decays = true
    /// Its decay over that of the run.
    package var decayFactor: Float = 1

    /// A group of these settings.
    package init(learningRateFactor: Float = 1, decays: Bool = true, decayFactor: Float = 1) {
        self.learningRateFactor = learningRateFactor
        self.decays = decays
        self.decayFactor = decayFactor
    }
}

extension Parameter {
    /// Whether weight decay is for this parameter: not for biases and gains (one axis), nor for what is looked up or learned
    /// as it stands (query tokens, class token, positions, tables), which have no rows to be kept small.
    package var takesDecay: Bool {
        let shape = tensor.shape
        guard shape.count > 1 else { return false }
        return !["query_tokens", "class_embedding", "position_embedding", "temperature", "latents"].contains {
            name.hasSuffix($0)
        }
    }
}
