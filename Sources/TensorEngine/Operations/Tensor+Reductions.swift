import Synchronization

extension Tensor {
    /// The sum of all elements, in double.
    package func sum() -> Tensor {
        let x = floats
        var total = 0.0
        for start in stride(from: 0, to: x.count, by: 4096) {
            total += Double(Kernels.sum(x[start..<min(x.count, start + 4096)]))
        }
        let shape = shape
        return Tensor(scalar: Float(total)).recorded(from: [self]) { gradient in
            [Tensor(repeating: gradient.scalar, shape)]
        }
    }

    /// The mean of all elements.
    package func mean() -> Tensor { sum().scaled(by: 1 / Float(max(1, count))) }

    /// The sum over one axis, which is dropped.
    package func sum(axis: Int) -> Tensor {
        let outer = shape[..<axis].reduce(1, *)
        let length = shape[axis]
        let inner = shape[(axis + 1)...].reduce(1, *)
        let source = floats
        let newShape = Array(shape[..<axis] + shape[(axis + 1)...])
        let output = Tensor(newShape) { output in
            output.fill(0)
            for row in 0..<outer {
                let target = output[row * inner..<(row + 1) * inner]
                for step in 0..<length {
                    let start = (row * length + step) * inner
                    Kernels.add(target.readable, source[start..<start + inner], into: target)
                }
            }
        }
        let wholeShape = shape
        return output.recorded(from: [self]) { gradient in
            let spread = Tensor(wholeShape) { whole in
                for row in 0..<outer {
                    for step in 0..<length {
                        let start = (row * length + step) * inner
                        whole[start..<start + inner].copy(from: gradient.floats[row * inner..<(row + 1) * inner])
                    }
                }
            }
            return [spread]
        }
    }

    /// The mean over one axis, which is dropped.
    package func mean(axis: Int) -> Tensor { sum(axis: axis).scaled(by: 1 / Float(max(1, shape[axis]))) }

    /// The maximum over the last axis, which is dropped; the gradient goes to the first greatest element.
    package func maximumOverLastAxis() -> Tensor {
        let length = shape.last ?? 1
        precondition(length > 0)
        let rows = count / length
        let x = floats
        let winners = (0..<rows).map { row in
            (1..<length).reduce(row * length) { x[row * length + $1] > x[$0] ? row * length + $1 : $0 }
        }
        let wholeShape = shape
        return Tensor(winners.map { x[$0] }, Array(shape.dropLast())).recorded(from: [self]) { gradient in
            let spread = Tensor(wholeShape) { whole in
                whole.fill(0)
                for (row, winner) in winners.enumerated() { whole[winner] = gradient.floats[row] }
            }
            return [spread]
        }
    }

    /// Sums of columns of rows of `width`, as `[width]`, without a way back. Chunks of rows are summed apart and then
    /// in their order, so the result does not depend on threads.
    func columnSums(width: Int) -> Tensor {
        let x = floats
        let rows = x.count / max(1, width)
        let chunk = max(16, (1 << 16) / max(1, width))
        let chunks = max(1, (rows + chunk - 1) / chunk)
        let partial = MutableFloats(scratch: chunks * width)
        WorkerPool.forEach(chunks) { index in
            let target = partial[index * width..<(index + 1) * width]
            target.fill(0)
            for row in index * chunk..<min(rows, (index + 1) * chunk) {
                Kernels.add(target.readable, x[row * width..<(row + 1) * width], into: target)
            }
        }
        return Tensor([width]) { output in
            output.copy(from: partial[0..<width].readable)
            for index in 1..<max(1, chunks) {
                Kernels.add(output.readable, partial[index * width..<(index + 1) * width].readable, into: output)
            }
        }
    }
}

extension Tensor {
    /// The sum of a stretch of elements, on the calling thread.
    package static func sum(of elements: Floats) -> Float { Kernels.sum(elements) }
}

extension Tensor {
    /// The sum of the squares of all elements, in double, stretch by stretch, the stretches in a fixed order.
    package var sumOfSquares: Double {
        let x = floats
        let stretch = 1 << 16
        let pieces = stride(from: 0, to: x.count, by: stretch).map { x[$0..<min(x.count, $0 + stretch)] }
        let sums = Mutex([Double](repeating: 0, count: pieces.count))
        WorkerPool.forEach(pieces.count) { index in
            let sum = Kernels.sumOfSquares(pieces[index])
            sums.withLock { $0[index] = sum }
        }
        return sums.withLock { $0.reduce(0, +) }
    }
}
