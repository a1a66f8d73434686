import Synchronization
import TensorEngine

/// Experts side by side, of which a router chooses a few for each token, and one that every token goes through where there is
/// a shared one. Experts are dense or one-in-N sparse.
package struct ExpertLayer: Sendable {
    /// Which experts a token goes to.
    package let router: TokenRouter
    /// The experts.
    package let experts: [SingleFeedForward]
    /// The expert of every token (Qwen2-MoE, DeepSeek).
    package let shared: SingleFeedForward?

    /// A layer of parts made elsewhere.
    package init(router: TokenRouter, experts: [SingleFeedForward], shared: SingleFeedForward? = nil) {
        precondition(experts.count == router.rules.experts, "\(experts.count) experts for \(router.rules.experts)")
        self.router = router
        self.experts = experts
        self.shared = shared
    }

    /// `y = Σ_j weight_j·expert_j(x) + shared(x)` over each token's kept experts.
    ///
    /// - Parameters:
    ///   - x: `[tokens, width]`
    ///   - layer: for the reports.
    /// - Returns: `[tokens, width]`
    package func callAsFunction(
        _ x: Tensor, layer: Int, training: inout TrainingMode?, reports: inout LayerReports?
    ) -> Tensor {
        let assignment = router(x, training: &training)
        reports?.routers.append(assignment.report(layer: layer))
        let step = experts[0].rules.flatMap { training?.sparseStep($0) } ?? .evaluation
        let (mixed, usage) = mixed(x, assignment, step: step, countsUsage: reports != nil)
        var sum = mixed
        var statistics = usage
        if let shared {
            let result = shared(x, step: step.forExpert(experts.count), countsUsage: reports != nil)
            sum = sum + result.output
            statistics.append(result, tokens: x.shape[0])
        }
        if reports != nil, experts[0].rules != nil {
            reports?.sparsity.append(
                SparsityReport(
                    layer: layer, tokens: statistics.tokens, step: step, usage: statistics.usage, rows: statistics.rows)
            )
        }
        return sum
    }

    /// What sparse experts report of themselves, one after the other.
    struct Statistics: Sendable {
        var tokens = 0
        var usage: [Int] = []
        var rows: ChosenRowCount?

        mutating func append(_ result: SingleFeedForward.Result, tokens: Int) {
            self.tokens += tokens
            usage += result.usage ?? []
            if let more = result.rows { rows = (rows ?? ChosenRowCount()) + more }
        }
    }

    /// The weighted sum of the experts for an assignment made elsewhere, without the shared one.
    func mixed(
        _ x: Tensor, _ assignment: ExpertAssignment, step: SparseStep, countsUsage: Bool
    ) -> (output: Tensor, statistics: Statistics) {
        if let output = decoded(x, assignment) { return (output, Statistics()) }
        let slots = assignment.slots
        let used = slots.indices.filter { !slots[$0].isEmpty }
        let perToken = assignment.rules.perToken
        var statistics = Statistics()
        guard !used.isEmpty else { return (Tensor(repeating: 0, x.shape), statistics) }
        let inputs = used.map { expert in x.rows(slots[expert].map { $0 / perToken }) }
        let collected = Mutex([SingleFeedForward.Result?](repeating: nil, count: experts.count))
        // Each expert takes all its tokens at once; experts run beside each other.
        let outputs = Tensor.segments(inputs) { index, input in
            let result = experts[used[index]](input, step: step.forExpert(used[index]), countsUsage: countsUsage)
            collected.withLock {
                $0[used[index]] = SingleFeedForward.Result(
                    output: result.output.detached, usage: result.usage, rows: result.rows)
            }
            return result.output
        }
        for (expert, result) in collected.withLock(\.self).enumerated() {
            let empty = [Int](repeating: 0, count: countsUsage ? experts[expert].sparseUnits : 0)
            let result = result ?? SingleFeedForward.Result(output: Tensor(scalar: 0), usage: empty, rows: nil)
            statistics.append(result, tokens: slots[expert].count)
        }
        let order = used.flatMap { slots[$0] }
        let weights = assignment.weights.reshaped([assignment.choices.count]).elements(at: order)
        let output = Tensor.concatenated(outputs)  // [kept slots, width], expert by expert
            .scalingRows(by: weights)
            .scatteredRows(to: order.map { $0 / perToken }, rows: x.shape[0])
        return (output, statistics)
    }

    /// Few tokens and plain gated experts: the chosen experts' matrices are streamed, the others not touched.
    private func decoded(_ x: Tensor, _ assignment: ExpertAssignment) -> Tensor? {
        guard x.shape[0] <= Tensor.decodeRows, !x.isDifferentiable, !assignment.weights.isDifferentiable,
            assignment.isKept.allSatisfy(\.self)
        else { return nil }
        let chosen = assignment.choices.compactMap { expert in
            if case .dense(let layer) = experts[expert] { layer.plainGated } else { nil }
        }
        guard chosen.count == assignment.choices.count else { return nil }
        return .gatedExperts(x, weights: assignment.weights, chosen: chosen)
    }
}
