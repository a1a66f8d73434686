import TensorEngine

/// What makes a pass one of training: the randomness of sparse layers, and which tokens their statistics count.
///
/// A value in the pass, so that the same seed gives the same step; a pass without one draws nothing and drops nothing.
package struct TrainingMode: Sendable {
    /// Where coins, choices and jitter are drawn.
    package var generator: SeededGenerator
    /// Share of layer calls in which sparse feed-forwards use hard masks; nil for what their configuration says. Rises to 1
    /// where training is to end as the layer will be used.
    package var hardRate: Double?
    /// Which tokens, `[batch·sequence]`, count in loads and balance losses and take places in experts; nil for all. Padding
    /// does not.
    package var counted: [Bool]?

    /// Training with randomness from `generator`.
    package init(using generator: SeededGenerator, hardRate: Double? = nil, counted: [Bool]? = nil) {
        self.generator = generator
        self.hardRate = hardRate
        self.counted = counted
    }
}

/// What the sparse layers of one pass say about themselves, in the order of the layers.
package struct LayerReports: Sendable {
    /// Routers of mixtures of experts.
    package var routers: [RouterReport] = []
    /// Sparse feed-forwards.
    package var sparsity: [SparsityReport] = []
    /// Whether sparse feed-forwards count how often each of their units is chosen.
    package var countsUnits: Bool

    /// Nothing yet.
    package init(countsUnits: Bool = true) { self.countsUnits = countsUnits }

    /// `Σ_layers (balance coefficient · balance loss + z coefficient · z loss)`, to be added to the cross-entropy; nil
    /// where no layer has such a loss.
    package var auxiliaryLoss: Tensor? {
        let parts = routers.flatMap { report in
            [(report.balanceLoss, report.coefficients.balance), (report.zLoss, report.coefficients.z)]
        }.filter { $0.1 != 0 }.map { $0.0.scaled(by: Float($0.1)) }
        return parts.dropFirst().reduce(parts.first) { sum, part in sum.map { $0 + part } }
    }
}
