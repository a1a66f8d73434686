extension Tensor {
    /// `(x − mean)/√(variance + ε) · gain + bias` over the last axis (Ba et al. 2016), variance as in torch (biased).
    ///
    /// - Parameters:
    ///   - gain: `[width]` or nil for 1.
    ///   - bias: `[width]` or nil for 0.
    package func layerNormalized(gain: Tensor?, bias: Tensor?, epsilon: Float) -> Tensor {
        let width = shape.last ?? 1
        let rows = count / max(1, width)
        let x = floats
        let statistics = MutableFloats(scratch: 2 * rows)
        let output = Tensor(shape) { y in
            WorkerPool.forEachRange(ofRows: rows, width: width) { range in
                let elements = range.lowerBound * width..<range.upperBound * width
                Kernels.layerNorm(
                    x[elements], gain: gain?.floats, bias: bias?.floats, epsilon: epsilon, width: width,
                    into: y[elements], statistics: statistics[2 * range.lowerBound..<2 * range.upperBound])
            }
        }
        let (input, keptGain) = (detached, gain?.detached)
        let (needsGain, needsBias) = (gain?.isDifferentiable ?? false, bias?.isDifferentiable ?? false)
        let parents = [self] + [gain, bias].compactMap(\.self)
        let (hasGain, hasBias) = (gain != nil, bias != nil)
        return output.recorded(from: parents) { gradient in
            let sums = RowGradientSums(width: width, rows: rows, first: needsGain, second: needsBias)
            let toX = Tensor(input.shape) { dx in
                WorkerPool.forEachRange(of: rows, size: sums.rowsPerChunk) { range in
                    let elements = range.lowerBound * width..<range.upperBound * width
                    let (dgain, dbias) = sums.chunk(range)
                    Kernels.layerNormBackward(
                        input.floats[elements], gain: keptGain?.floats,
                        statistics: statistics.readable[2 * range.lowerBound..<2 * range.upperBound],
                        gradient: gradient.floats[elements], width: width, into: dx[elements], dgain: dgain,
                        dbias: dbias)
                }
            }
            return [toX] + (hasGain ? [sums.firstTotal()] : []) + (hasBias ? [sums.secondTotal()] : [])
        }
    }

    /// `x/√(mean(x²) + ε) · (gain + gainOffset)` over the last axis (Zhang & Sennrich 2019).
    ///
    /// - Parameter gainOffset: 1 for the models that store the gain's difference from 1.
    package func rmsNormalized(gain: Tensor?, gainOffset: Float = 0, epsilon: Float) -> Tensor {
        let width = shape.last ?? 1
        let rows = count / max(1, width)
        let x = floats
        let scales = MutableFloats(scratch: rows)
        let output = Tensor(shape) { y in
            WorkerPool.forEachRange(ofRows: rows, width: width) { range in
                let elements = range.lowerBound * width..<range.upperBound * width
                Kernels.rmsNorm(
                    x[elements], gain: gain?.floats, gainOffset: gainOffset, epsilon: epsilon, width: width,
                    into: y[elements], scales: scales[range])
            }
        }
        let (input, keptGain) = (detached, gain?.detached)
        let needsGain = gain?.isDifferentiable ?? false
        let hasGain = gain != nil
        return output.recorded(from: [self] + (gain.map { [$0] } ?? [])) { gradient in
            let sums = RowGradientSums(width: width, rows: rows, first: needsGain, second: false)
            let toX = Tensor(input.shape) { dx in
                WorkerPool.forEachRange(of: rows, size: sums.rowsPerChunk) { range in
                    let elements = range.lowerBound * width..<range.upperBound * width
                    Kernels.rmsNormBackward(
                        input.floats[elements], gain: keptGain?.floats, gainOffset: gainOffset,
                        scales: scales.readable[range], gradient: gradient.floats[elements], width: width,
                        into: dx[elements], dgain: sums.chunk(range).first)
                }
            }
            return [toX] + (hasGain ? [sums.firstTotal()] : [])
        }
    }

    /// Every row of the last axis divided by its Euclidean length, which is at least `epsilon`
    /// (`torch.nn.functional.normalize`).
    package func unitLength(epsilon: Float = 1e-12) -> Tensor {
        let width = shape.last ?? 1
        let rows = count / max(1, width)
        let x = floats
        let inverses = (0..<rows).map { row in
            1 / max(epsilon, Float(Kernels.sumOfSquares(x[row * width..<(row + 1) * width]).squareRoot()))
        }
        let output = Tensor(shape) { y in
            for row in 0..<rows {
                let range = row * width..<(row + 1) * width
                Kernels.scale(x[range], by: inverses[row], into: y[range])
            }
        }
        // y = x/|x|: dx = (dy − y·(y·dy))/|x|.
        return output.recorded(from: [self]) { gradient in
            let y = output.floats
            let toX = Tensor(output.shape) { dx in
                for row in 0..<rows {
                    let range = row * width..<(row + 1) * width
                    let along = Kernels.dot(y[range], gradient.floats[range])
                    Kernels.scale(gradient.floats[range], by: inverses[row], into: dx[range])
                    Kernels.addScaled(-along * inverses[row], y[range], into: dx[range])
                }
            }
            return [toX]
        }
    }
}

/// Sums over rows of two gradients of `width`: each chunk of rows has its own partial sums, added in order at the end,
/// so that the result does not depend on threads.
struct RowGradientSums: Sendable {
    let width: Int
    let rowsPerChunk: Int
    private let first: MutableFloats?
    private let second: MutableFloats?

    init(width: Int, rows: Int, first: Bool, second: Bool) {
        self.width = width
        rowsPerChunk = max(16, (1 << 15) / max(1, width))
        let chunks = max(1, (rows + rowsPerChunk - 1) / rowsPerChunk)
        self.first = first ? MutableFloats(scratch: chunks * width) : nil
        self.second = second ? MutableFloats(scratch: chunks * width) : nil
        self.first?.fill(0)
        self.second?.fill(0)
    }

    func chunk(_ rows: Range<Int>) -> (first: MutableFloats?, second: MutableFloats?) {
        let index = rows.lowerBound / rowsPerChunk
        let range = index * width..<(index + 1) * width
        return (first.map { $0[range] }, second.map { $0[range] })
    }

    func firstTotal() -> Tensor? { first.map(total) }
    func secondTotal() -> Tensor? { second.map(total) }

    private func total(_ partial: MutableFloats) -> Tensor {
        Tensor([width]) { output in
            output.fill(0)
            for start in stride(from: 0, to: partial.count, by: max(1, width)) {
                Kernels.add(output.readable, partial.readable[start..<start + width], into: output)
            }
        }
    }
}
