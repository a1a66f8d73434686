/// Elements that one task works on: enough to pay for handing it to another thread.
let elementwiseGrain = 1 << 15

extension Tensor {
    /// A float32 tensor of this shape, computed range by range.
    func mapped(_ body: (Range<Int>, MutableFloats) -> Void) -> Tensor {
        Tensor(shape) { output in
            WorkerPool.forEachRange(of: output.count, size: elementwiseGrain) { range in body(range, output[range]) }
        }
    }

    private static func combined(
        _ a: Tensor, _ b: Tensor, _ kernel: (Floats, Floats, MutableFloats) -> Void
    ) -> Tensor {
        precondition(a.shape == b.shape, "\(a.shape) and \(b.shape) are not the same shape")
        let (left, right) = (a.floats, b.floats)
        return a.mapped { range, output in kernel(left[range], right[range], output) }
    }

    /// The sum of two tensors of one shape.
    package static func + (a: Tensor, b: Tensor) -> Tensor {
        combined(a, b) { Kernels.add($0, $1, into: $2) }.recorded(from: [a, b]) { [$0, $0] }
    }

    /// The difference of two tensors of one shape.
    package static func - (a: Tensor, b: Tensor) -> Tensor {
        let (needsA, needsB) = (a.isDifferentiable, b.isDifferentiable)
        return combined(a, b) { Kernels.subtract($0, $1, into: $2) }.recorded(from: [a, b]) {
            [needsA ? $0 : nil, needsB ? $0.scaled(by: -1) : nil]
        }
    }

    /// The product, element by element, of two tensors of one shape.
    package static func * (a: Tensor, b: Tensor) -> Tensor {
        let (keptA, keptB) = (b.isDifferentiable ? a.detached : nil, a.isDifferentiable ? b.detached : nil)
        return combined(a, b) { Kernels.multiply($0, $1, into: $2) }.recorded(from: [a, b]) { gradient in
            [keptB.map { gradient * $0 }, keptA.map { gradient * $0 }]
        }
    }

    /// Every element times `factor`.
    package func scaled(by factor: Float) -> Tensor {
        let source = floats
        return mapped { range, output in Kernels.scale(source[range], by: factor, into: output) }
            .recorded(from: [self]) { [$0.scaled(by: factor)] }
    }

    /// `self` with `other`, of the shape of the trailing axes, added to every row.
    package func addingToRows(_ other: Tensor) -> Tensor {
        precondition(shape.suffix(other.shape.count) == other.shape[...], "rows of \(shape) are not \(other.shape)")
        let width = other.count
        let (source, addend) = (floats, other.floats)
        let output = Tensor(shape) { output in
            WorkerPool.forEachRange(ofRows: output.count / max(1, width), width: width) { rows in
                for row in rows {
                    let range = row * width..<(row + 1) * width
                    Kernels.add(source[range], addend, into: output[range])
                }
            }
        }
        let needsOther = other.isDifferentiable
        let otherShape = other.shape
        return output.recorded(from: [self, other]) { gradient in
            [gradient, needsOther ? gradient.columnSums(width: width).reshaped(otherShape) : nil]
        }
    }

    /// Every row of `width = row.count` times the matching element of `factors` (one a row).
    package func scalingRows(by factors: Tensor) -> Tensor {
        let rows = factors.count
        let width = count / max(1, rows)
        precondition(rows * width == count, "\(factors.shape) factors for rows of \(shape)")
        let (source, factor) = (floats, factors.floats)
        let output = Tensor(shape) { output in
            WorkerPool.forEachRange(ofRows: rows, width: width, elements: elementwiseGrain) { range in
                for row in range {
                    let elements = row * width..<(row + 1) * width
                    Kernels.scale(source[elements], by: factor[row], into: output[elements])
                }
            }
        }
        let x = detached
        let kept = factors.detached
        let (needsX, needsFactors) = (isDifferentiable, factors.isDifferentiable)
        return output.recorded(from: [self, factors]) { gradient in
            let toFactors = Tensor(kept.shape) { output in
                for row in 0..<rows {
                    let range = row * width..<(row + 1) * width
                    output[row] = Kernels.dot(gradient.floats[range], x.floats[range])
                }
            }
            return [needsX ? gradient.scalingRows(by: kept) : nil, needsFactors ? toFactors : nil]
        }
    }

    /// Every element times the only element of `factor`, which may be trained (a temperature).
    package func scaled(by factor: Tensor) -> Tensor {
        precondition(factor.count == 1)
        let value = factor.scalar
        let x = detached
        let output = detached.scaled(by: value)
        let factorShape = factor.shape
        return output.recorded(from: [self, factor]) { gradient in
            [gradient.scaled(by: value), Tensor([Kernels.dot(gradient.floats, x.floats)], factorShape)]
        }
    }
}

extension Tensor {
    /// One divided by every element.
    package func reciprocal() -> Tensor {
        let x = floats
        let output = Tensor(x.array.map { 1 / $0 }, shape)
        return output.recorded(from: [self]) { gradient in
            [(gradient * output.detached * output.detached).scaled(by: -1)]
        }
    }
}

extension Tensor {
    /// Every element cut to `−bound…bound`; the gradient passes where nothing was cut.
    package func clamped(to bound: Float) -> Tensor {
        let x = floats
        let output = mapped { range, output in
            for index in 0..<range.count { output[index] = min(bound, max(-bound, x[range.lowerBound + index])) }
        }
        let input = detached
        return output.recorded(from: [self]) { gradient in
            let x = input.floats
            let dy = gradient.floats
            return [
                gradient.mapped { range, output in
                    for index in 0..<range.count {
                        output[index] = abs(x[range.lowerBound + index]) <= bound ? dy[range.lowerBound + index] : 0
                    }
                }
            ]
        }
    }
}

extension Tensor {
    /// `self ← (1 − share)·self + share·other`, in place: one step of a moving average.
    package mutating func mix(_ other: Tensor, share: Float) {
        precondition(shape == other.shape, "\(shape) mixed with \(other.shape)")
        let source = other.floats
        mutate { target in
            WorkerPool.forEachRange(of: target.count, size: elementwiseGrain) { range in
                Kernels.scale(target[range].readable, by: 1 - share, into: target[range])
                Kernels.addScaled(share, source[range], into: target[range])
            }
        }
    }
}
