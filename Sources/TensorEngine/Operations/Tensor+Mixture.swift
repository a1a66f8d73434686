import Synchronization

extension Tensor {
    /// Chosen experts of many tokens: `y[t] = Σ_j weight[t, j]·W_down·(silu(W_gate x[t])·W_up x[t])` over the experts that
    /// token t chose, with a way back.
    ///
    /// Tokens are gathered expert by expert. A task takes a block of one expert's tokens through all its products while
    /// they are in the cache; the sum over a token's experts runs in the order of its choices.
    ///
    /// - Parameters:
    ///   - x: `[tokens, width]`
    ///   - choices: `[tokens·perToken]`, experts of each token.
    ///   - weights: `[tokens, perToken]`
    ///   - experts: gate and up `[hidden, width]`, down `[width, hidden]`, of any storage type.
    /// - Returns: `[tokens, width]`
    package static func mixture(
        _ x: Tensor, choices: [Int], weights: Tensor, experts: [GatedExpert]
    ) -> Tensor {
        let problem = MixtureProblem(x: x.detached, choices: choices, weights: weights.detached, experts: experts)
        let isRecorded =
            x.isDifferentiable || weights.isDifferentiable || experts.contains { !$0.trained.isEmpty }
        let (output, kept) = problem.forward()
        guard isRecorded else { return output }
        // Only trained matrices are parents: a frozen expert costs the record nothing.
        let trained = experts.indices.filter { !experts[$0].trained.isEmpty }
        let parents = [x, weights] + trained.flatMap { experts[$0].trained }
        let (needsX, needsWeights) = (x.isDifferentiable, weights.isDifferentiable)
        return output.recorded(from: parents) { gradient in
            let found = problem.backward(gradient, kept: kept, trained: trained, needsX: needsX)
            return [found.x, needsWeights ? found.weights : nil] + found.matrices
        }
    }
}

/// The three matrices of one gated feed-forward.
package struct GatedExpert: Sendable {
    /// `[hidden, width]`
    package let gate: Tensor
    /// `[hidden, width]`
    package let up: Tensor
    /// `[width, hidden]`
    package let down: Tensor

    /// An expert of these matrices.
    package init(gate: Tensor, up: Tensor, down: Tensor) {
        precondition(
            gate.shape == up.shape && down.shape == [gate.shape[1], gate.shape[0]], "\(gate.shape), \(down.shape)")
        (self.gate, self.up, self.down) = (gate, up, down)
    }

    /// The matrices to which a gradient flows.
    var trained: [Tensor] { [gate, up, down].filter(\.isDifferentiable) }
}

/// One mixture: which rows go where, and the arithmetic on blocks of an expert's rows.
struct MixtureProblem: Sendable {
    let x: Tensor
    let weights: Tensor
    let experts: [GatedExpert]
    let perToken: Int
    /// The slots (token·perToken + choice) in the order of their experts.
    let order: [Int]
    /// The place of each slot in that order.
    let place: [Int]
    /// Where the rows of each expert begin in that order; one more at the end.
    let starts: [Int]
    let width: Int
    let hidden: Int

    /// What the way back needs, row by row in the order of experts.
    struct Kept: Sendable {
        /// `[slots, hidden]`: W_gate x and W_up x.
        let gates: Floats
        let ups: Floats
        /// `[slots, width]`: outputs of the experts, not weighted.
        let outputs: Floats
    }

    /// Rows of one task.
    private static let blockRows = 96

    init(x: Tensor, choices: [Int], weights: Tensor, experts: [GatedExpert]) {
        precondition(x.shape.count == 2 && weights.count == choices.count && !experts.isEmpty)
        precondition(
            choices.allSatisfy { $0 >= 0 && $0 < experts.count }, "a choice outside of \(experts.count) experts")
        (self.x, self.weights, self.experts) = (x, weights, experts)
        perToken = choices.count / max(1, x.shape[0])
        (width, hidden) = (x.shape[1], experts[0].gate.shape[0])
        precondition(experts.allSatisfy { $0.gate.shape == experts[0].gate.shape } && experts[0].gate.shape[1] == width)
        var counts = [Int](repeating: 0, count: experts.count + 1)
        for choice in choices { counts[choice + 1] += 1 }
        for expert in experts.indices { counts[expert + 1] += counts[expert] }
        starts = counts
        var order = [Int](repeating: 0, count: choices.count)
        var place = order
        for (slot, choice) in choices.enumerated() {
            order[counts[choice]] = slot
            place[slot] = counts[choice]
            counts[choice] += 1
        }
        (self.order, self.place) = (order, place)
    }

    /// Blocks of rows of one expert, all experts'.
    var blocks: [(expert: Int, rows: Range<Int>)] {
        experts.indices.flatMap { expert in
            stride(from: starts[expert], to: starts[expert + 1], by: Self.blockRows).map {
                (expert, $0..<min(starts[expert + 1], $0 + Self.blockRows))
            }
        }
    }

    /// The matrices of the experts that any token chose, prepared on all threads; none for the others.
    func prepared(transposed: Bool, _ matrices: (GatedExpert) -> [Tensor]) -> [[PreparedSide]] {
        let used = experts.indices.filter { starts[$0] < starts[$0 + 1] }
        let wanted = used.map { matrices(experts[$0]) }
        let perExpert = wanted.first?.count ?? 0
        let made = Mutex([[PreparedSide?]](repeating: Array(repeating: nil, count: perExpert), count: experts.count))
        WorkerPool.forEach(used.count * perExpert) { index in
            let (expert, matrix) = (index / perExpert, index % perExpert)
            let side = PreparedSide(wanted[expert][matrix], transposed: transposed)
            made.withLock { $0[used[expert]][matrix] = side }
        }
        return made.withLock { $0.map { $0.compactMap(\.self) } }
    }

    func view(_ x: MutableFloats, _ rows: Range<Int>, _ columns: Int) -> MutableMatrixView {
        MutableMatrixView(
            x[rows.lowerBound * columns..<rows.upperBound * columns], rows: rows.count, columns: columns)
    }

    func view(_ x: Floats, _ rows: Range<Int>, _ columns: Int) -> MatrixView {
        MatrixView(x[rows.lowerBound * columns..<rows.upperBound * columns], rows: rows.count, columns: columns)
    }

    /// The inputs of these rows side by side.
    func gathered(_ rows: Range<Int>) -> MatrixView {
        let block = MutableFloats(scratch: rows.count * width)
        let source = x.floats
        for (index, row) in rows.enumerated() {
            let token = order[row] / perToken
            block[index * width..<(index + 1) * width].copy(from: source[token * width..<(token + 1) * width])
        }
        return MatrixView(block.readable, rows: rows.count, columns: width)
    }

    func forward() -> (output: Tensor, kept: Kept) {
        let sides = prepared(transposed: true) { [$0.gate, $0.up, $0.down] }
        let gates = MutableFloats(scratch: order.count * hidden)
        let ups = MutableFloats(scratch: order.count * hidden)
        let outputs = MutableFloats(scratch: order.count * width)
        let blocks = blocks
        WorkerPool.forEach(blocks.count) { index in
            let (expert, rows) = blocks[index]
            let input = gathered(rows)
            let (gate, up) = (view(gates, rows, hidden), view(ups, rows, hidden))
            sides[expert][0].multiply(input, into: gate)
            sides[expert][1].multiply(input, into: up)
            let units = MutableFloats(scratch: rows.count * hidden)
            Kernels.swiglu(gate: gate.elements.readable, up: up.elements.readable, into: units)
            sides[expert][2].multiply(
                MatrixView(units.readable, rows: rows.count, columns: hidden), into: view(outputs, rows, width))
        }
        let kept = Kept(gates: gates.readable, ups: ups.readable, outputs: outputs.readable)
        return (summed(kept.outputs, factors: weights.floats), kept)
    }

    /// The rows of each token's slots, weighted where there are factors, added in the order of its choices.
    func summed(_ rows: Floats, factors: Floats?) -> Tensor {
        Tensor(x.shape) { output in
            WorkerPool.forEachRange(ofRows: x.shape[0], width: width * perToken) { tokens in
                for token in tokens {
                    let target = output[token * width..<(token + 1) * width]
                    target.fill(0)
                    for slot in token * perToken..<(token + 1) * perToken {
                        let row = rows[place[slot] * width..<(place[slot] + 1) * width]
                        Kernels.addScaled(factors?[slot] ?? 1, row, into: target)
                    }
                }
            }
        }
    }
}
