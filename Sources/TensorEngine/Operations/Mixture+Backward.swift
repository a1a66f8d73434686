import Synchronization

extension MixtureProblem {
    /// The gradients of tokens, of the weights of choices, and of the trained matrices of the experts `trained`.
    ///
    /// With u = silu(g)·v, g = W_gate x, v = W_up x, o = W_down u and y = Σ_j w_j·o_j:
    /// dw_j = dy·o_j; do = w·dy; du = do·W_down; (dg, dv) from swiglu; dx = dg·W_gate + dv·W_up;
    /// dW_gate = dgᵀ·x, dW_up = dvᵀ·x, dW_down = doᵀ·u, over an expert's rows.
    func backward(
        _ gradient: Tensor, kept: Kept, trained: [Int], needsX: Bool
    ) -> (x: Tensor?, weights: Tensor, matrices: [Tensor?]) {
        let dy = gradient.floats
        let factors = weights.floats
        let sides = prepared(transposed: false) { [$0.gate, $0.up, $0.down] }
        let dgates = MutableFloats(scratch: order.count * hidden)
        let dups = MutableFloats(scratch: order.count * hidden)
        let dxs = MutableFloats(scratch: needsX ? order.count * width : 0)
        let dweights = MutableFloats(scratch: order.count)
        let blocks = blocks
        WorkerPool.forEach(blocks.count) { index in
            let (expert, rows) = blocks[index]
            let doutputs = weightedRows(rows, of: dy, factors: factors)
            for row in rows {
                let token = order[row] / perToken
                dweights[order[row]] = Kernels.dot(
                    dy[token * width..<(token + 1) * width], kept.outputs[row * width..<(row + 1) * width])
            }
            let dunits = MutableFloats(scratch: rows.count * hidden)
            sides[expert][2].multiply(
                MatrixView(doutputs.readable, rows: rows.count, columns: width),
                into: MutableMatrixView(dunits, rows: rows.count, columns: hidden))
            let range = rows.lowerBound * hidden..<rows.upperBound * hidden
            Kernels.swigluBackward(
                gate: kept.gates[range], up: kept.ups[range], gradient: dunits.readable, intoGate: dgates[range],
                intoUp: dups[range])
            guard needsX else { return }
            let target = view(dxs, rows, width)
            sides[expert][0].multiply(view(dgates.readable, rows, hidden), into: target)
            sides[expert][1].multiply(view(dups.readable, rows, hidden), into: target, adding: true)
        }
        return (
            needsX ? summed(dxs.readable, factors: nil) : nil, Tensor(owning: dweights, weights.shape),
            matrices(of: trained, dy: dy, kept: kept, dgates: dgates.readable, dups: dups.readable)
        )
    }

    /// Rows of dy of the tokens of these rows, each times its weight.
    private func weightedRows(_ rows: Range<Int>, of dy: Floats, factors: Floats) -> MutableFloats {
        let block = MutableFloats(scratch: rows.count * width)
        for (index, row) in rows.enumerated() {
            let token = order[row] / perToken
            Kernels.scale(
                dy[token * width..<(token + 1) * width], by: factors[order[row]],
                into: block[index * width..<(index + 1) * width])
        }
        return block
    }

    /// The gradients of the trained matrices, expert by expert, gate before up before down.
    private func matrices(of trained: [Int], dy: Floats, kept: Kept, dgates: Floats, dups: Floats) -> [Tensor?] {
        let found = Mutex([[Tensor?]](repeating: [], count: trained.count))
        WorkerPool.forEach(trained.count) { index in
            let expert = experts[trained[index]]
            let rows = starts[trained[index]]..<starts[trained[index] + 1]
            let range = rows.lowerBound * hidden..<rows.upperBound * hidden
            var gradients: [Tensor?] = []
            let input = gathered(rows)
            for (matrix, gradient) in [(expert.gate, dgates), (expert.up, dups)] where matrix.isDifferentiable {
                gradients.append(
                    Self.product(of: view(gradient, rows, hidden), with: input, shape: matrix.shape))
            }
            if expert.down.isDifferentiable {
                let units = MutableFloats(scratch: rows.count * hidden)
                Kernels.swiglu(gate: kept.gates[range], up: kept.ups[range], into: units)
                let doutputs = weightedRows(rows, of: dy, factors: weights.floats)
                gradients.append(
                    Self.product(
                        of: MatrixView(doutputs.readable, rows: rows.count, columns: width),
                        with: MatrixView(units.readable, rows: rows.count, columns: hidden), shape: expert.down.shape))
            }
            let complete = gradients
            found.withLock { $0[index] = complete }
        }
        return found.withLock { $0.flatMap(\.self) }
    }

    /// `aᵀ·b`: zeros where there are no rows.
    private static func product(of a: MatrixView, with b: MatrixView, shape: [Int]) -> Tensor {
        Tensor(shape) { output in
            output.fill(0)
            guard a.rows > 0 else { return }
            MatrixProduct.serial(
                a, transposed: true, by: b, into: MutableMatrixView(output, rows: shape[0], columns: shape[1]))
        }
    }
}
