import CKernels

extension Tensor {
    /// Chosen experts of few tokens: `y[t] = Σ_j weight[t, j] · W_down·(silu(W_gate x[t]) · W_up x[t])` over the experts
    /// that token t chose. Reads the chosen experts' matrices and no others; no way back.
    ///
    /// Two loops over all threads whatever the number of experts: hidden units of every (token, expert), then outputs.
    ///
    /// - Parameters:
    ///   - x: `[tokens, width]`
    ///   - weights: `[tokens, perToken]`
    ///   - chosen: the experts of each token, `tokens·perToken` of them; their weights of any storage type.
    /// - Returns: `[tokens, width]`
    package static func gatedExperts(_ x: Tensor, weights: Tensor, chosen: [GatedExpert]) -> Tensor {
        let tokens = x.shape[0]
        let width = x.shape[1]
        let perToken = chosen.count / max(1, tokens)
        let hidden = chosen[0].gate.shape[0]
        let input = x.floats
        let units = MutableFloats(scratch: chosen.count * hidden)
        let gates = chosen.map { StreamedWeight($0.gate) }
        let ups = chosen.map { StreamedWeight($0.up) }
        let downs = chosen.map { StreamedWeight($0.down) }
        // Hidden units, up to 256 KiB of each of the two matrices a task: long stretches keep the memory busy.
        let unitChunk = gates[0].rows(ofBytes: 1 << 18)
        let unitChunks = (hidden + unitChunk - 1) / unitChunk
        WorkerPool.forEach(chosen.count * unitChunks) { task in
            let slot = task / unitChunks
            let range = task % unitChunks * unitChunk..<min(hidden, (task % unitChunks + 1) * unitChunk)
            let token = input[slot / perToken * width..<(slot / perToken + 1) * width]
            let gate = MutableFloats(scratch: range.count)
            let target = units[slot * hidden + range.lowerBound..<slot * hidden + range.upperBound]
            gates[slot].timesRow(token, outputs: range, into: gate)
            ups[slot].timesRow(token, outputs: range, into: target)
            Kernels.swiglu(gate: gate.readable, up: target.readable, into: target)
        }
        let factors = weights.floats
        let output = Tensor([tokens, width]) { output in
            let chunk = downs[0].rows(ofBytes: 1 << 17)
            let chunks = (width + chunk - 1) / chunk
            WorkerPool.forEach(tokens * chunks) { task in
                let token = task / chunks
                let range = task % chunks * chunk..<min(width, (task % chunks + 1) * chunk)
                let target = output[token * width + range.lowerBound..<token * width + range.upperBound]
                let part = MutableFloats(scratch: range.count)
                target.fill(0)
                for slot in token * perToken..<(token + 1) * perToken {
                    let unit = units[slot * hidden..<(slot + 1) * hidden].readable
                    downs[slot].timesRow(unit, outputs: range, into: part)
                    Kernels.addScaled(factors[slot], part.readable, into: target)
                }
            }
        }
        return withExtendedLifetime(chosen) { output }
    }
}

/// Where a weight `[outputs, inputs]` lies, for loops that read many of them: it keeps nothing alive, so copies are free.
@safe struct StreamedWeight: @unchecked Sendable {
    private let base: UnsafeRawPointer
    private let dtype: DType
    private let outputs: Int
    private let inputs: Int

    /// The place of a weight that the caller keeps alive.
    init(_ weight: Tensor) {
        unsafe base = UnsafeRawPointer(weight.storage.base + weight.byteOffset)
        dtype = weight.dtype
        outputs = weight.shape[0]
        inputs = weight.shape[1]
    }

    /// How many rows take about `bytes` bytes, a multiple of eight.
    func rows(ofBytes bytes: Int) -> Int { max(8, bytes / max(1, dtype.byteCount(of: inputs)) / 8 * 8) }

    /// Outputs `range` of this weight times one row.
    func timesRow(_ row: Floats, outputs range: Range<Int>, into y: MutableFloats) {
        precondition(row.count == inputs && y.count == range.count && range.upperBound <= outputs)
        unsafe kernels.functions.rows_times_weights(
            dtype.code, row.pointer, 1, inputs, base + dtype.byteCount(of: range.lowerBound * inputs), range.count,
            inputs, nil, y.pointer, range.count)
    }
}
