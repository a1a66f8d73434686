import CKernels

extension Tensor {
    /// Chosen experts of few tokens: `y[t] = Σ_j weight[t, j] · W_down·(silu(W_gate x[t]) · W_up x[t])` over the experts
    /// that token t chose. Reads the chosen experts' matrices and no others; no way back.
    ///
    /// Two loops over all threads whatever the number of experts: hidden units of every (token, expert), then outputs.
    ///
    /// - Parameters:
    ///   - x: `[tokens, width]`
    ///   - choices: `[tokens·perToken]`, experts of each token.
    ///   - weights: `[tokens, perToken]`
    ///   - experts: gate and up `[hidden, width]`, down `[width, hidden]`, of any storage type.
    /// - Returns: `[tokens, width]`
    package static func gatedExperts(
        _ x: Tensor, choices: [Int], weights: Tensor, experts: [(gate: Tensor, up: Tensor, down: Tensor)]
    ) -> Tensor {
        let tokens = x.shape[0]
        let width = x.shape[1]
        let perToken = choices.count / max(1, tokens)
        let hidden = experts[0].gate.shape[0]
        let input = x.floats
        let units = MutableFloats(scratch: choices.count * hidden)
        // Hidden units, up to 128 KiB of each of the two matrices a task: long stretches keep the memory busy.
        let unitChunk = taskRows(of: experts[0].gate, target: 1 << 17)
        let unitChunks = (hidden + unitChunk - 1) / unitChunk
        WorkerPool.forEach(choices.count * unitChunks) { task in
            let slot = task / unitChunks
            let range = task % unitChunks * unitChunk..<min(hidden, (task % unitChunks + 1) * unitChunk)
            let token = input[slot / perToken * width..<(slot / perToken + 1) * width]
            let expert = experts[choices[slot]]
            let gate = MutableFloats(scratch: range.count)
            let target = units[slot * hidden + range.lowerBound..<slot * hidden + range.upperBound]
            expert.gate.timesRow(token, outputs: range, into: gate)
            expert.up.timesRow(token, outputs: range, into: target)
            Kernels.swiglu(gate: gate.readable, up: target.readable, into: target)
        }
        let factors = weights.floats
        return Tensor([tokens, width]) { output in
            let chunk = taskRows(of: experts[0].down, target: 1 << 15)
            let chunks = (width + chunk - 1) / chunk
            WorkerPool.forEach(tokens * chunks) { task in
                let token = task / chunks
                let range = task % chunks * chunk..<min(width, (task % chunks + 1) * chunk)
                let target = output[token * width + range.lowerBound..<token * width + range.upperBound]
                let part = MutableFloats(scratch: range.count)
                target.fill(0)
                for slot in token * perToken..<(token + 1) * perToken {
                    let unit = units[slot * hidden..<(slot + 1) * hidden].readable
                    experts[choices[slot]].down.timesRow(unit, outputs: range, into: part)
                    Kernels.addScaled(factors[slot], part.readable, into: target)
                }
            }
        }
    }

    /// Rows of a matrix that take about `target` bytes, a multiple of eight.
    private static func taskRows(of weight: Tensor, target: Int) -> Int {
        max(8, target / max(1, weight.dtype.byteCount(of: weight.shape[1])) / 8 * 8)
    }

    /// Outputs `range` of this weight `[outputs, inputs]` times one row.
    func timesRow(_ row: Floats, outputs range: Range<Int>, into y: MutableFloats) {
        let inputs = shape[1]
        precondition(row.count == inputs && y.count == range.count && range.upperBound <= shape[0])
        let start = byteOffset + dtype.byteCount(of: range.lowerBound * inputs)
        unsafe kernels.functions.rows_times_weights(
            dtype.code, row.pointer, 1, inputs, storage.base + start, range.count, inputs, nil, y.pointer, range.count)
    }
}
