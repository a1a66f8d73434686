import CKernels

/// The settings of one step of Lion (Chen et al. 2023), as google/automl's `lion_pytorch` has them.
package struct LionStep: Sendable, Equatable {
    /// η: a third to a tenth of what AdamW would take.
    package var learningRate: Float
    /// β₁, of the mix whose sign is the step.
    package var beta1: Float
    /// β₂, of the running mean that is kept.
    package var beta2: Float
    /// λ: weights shrink by ηλ a step.
    package var decay: Float
    /// What gradients are multiplied by first (clipping).
    package var gradientScale: Float

    /// Settings of a step.
    package init(
        learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.99, decay: Float = 0.05, gradientScale: Float = 1
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.decay = decay
        self.gradientScale = gradientScale
    }
}

extension Parameter {
    /// One step of Lion on this parameter, in place:
    /// `p ← (1 − ηλ)p − η·sign(β₁m + (1 − β₁)g)`, `m ← β₂m + (1 − β₂)g`.
    ///
    /// - Parameters:
    ///   - gradient: of the parameter's shape.
    ///   - mean: m, of the parameter's shape, zeros at first.
    package func step(_ step: LionStep, gradient: Tensor, mean: inout Tensor) {
        precondition(mean.shape == gradient.shape, "\(name): a state of another shape")
        let g = gradient.floats
        mean.mutate { m in
            update { p in
                precondition(p.count == g.count, "\(name): a gradient of another shape")
                WorkerPool.forEachRange(of: p.count, size: elementwiseGrain) { range in
                    unsafe kernels.functions.lion(
                        p[range].pointer, g[range].pointer, m[range].pointer, range.count, step.gradientScale,
                        step.learningRate, step.beta1, step.beta2, step.decay)
                }
            }
        }
    }
}
