import CKernels

/// The settings of one step of AdamW (Loshchilov & Hutter 2019), as `torch.optim.AdamW` has them.
package struct AdamWStep: Sendable, Equatable {
    /// η
    package var learningRate: Float
    /// β₁, of the running mean of gradients.
    package var beta1: Float
    /// β₂, of the running mean of squared gradients.
    package var beta2: Float
    /// ε, added to the root.
    package var epsilon: Float
    /// λ: weights shrink by ηλ a step.
    package var decay: Float
    /// Which step this is, from 1.
    package var number: Int
    /// What gradients are multiplied by first (clipping).
    package var gradientScale: Float

    /// The settings of step `number`.
    package init(
        number: Int, learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
        decay: Float = 0.05, gradientScale: Float = 1
    ) {
        precondition(number >= 1, "steps are counted from 1")
        self.number = number
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.gradientScale = gradientScale
    }

    /// `1 − βᵗ`, in double.
    fileprivate func correction(_ beta: Float) -> Float {
        var power = 1.0
        for _ in 0..<number { power *= Double(beta) }
        return Float(1 - power)
    }
}

extension Parameter {
    /// One step of AdamW on this parameter, in place:
    /// `p ← (1 − ηλ)p`, `m ← β₁m + (1 − β₁)g`, `v ← β₂v + (1 − β₂)g²`, `p ← p − η/c₁ · m/(√v/√c₂ + ε)`, `c = 1 − βᵗ`.
    ///
    /// - Parameters:
    ///   - gradient: of the parameter's shape.
    ///   - mean: m, of the parameter's shape, zeros at first.
    ///   - square: v, likewise.
    package func step(_ step: AdamWStep, gradient: Tensor, mean: inout Tensor, square: inout Tensor) {
        precondition(
            mean.shape == gradient.shape && square.shape == gradient.shape, "\(name): a state of another shape")
        let (c1, c2) = (step.correction(step.beta1), step.correction(step.beta2))
        let g = gradient.floats
        mean.mutate { m in
            square.mutate { v in
                update { p in
                    precondition(p.count == g.count, "\(name): a gradient of another shape")
                    WorkerPool.forEachRange(of: p.count, size: elementwiseGrain) { range in
                        unsafe kernels.functions.adamw(
                            p[range].pointer, g[range].pointer, m[range].pointer, v[range].pointer, range.count,
                            step.gradientScale, step.learningRate, step.beta1, step.beta2, step.epsilon, step.decay, c1,
                            c2)
                    }
                }
            }
        }
    }
}
