extension Tensor {
    /// The same elements in another shape of as many elements.
    package func reshaped(_ newShape: [Int]) -> Tensor {
        precondition(newShape.product == count, "\(shape) has another number of elements than \(newShape)")
        var output = Tensor(shape: newShape, dtype: dtype, storage: storage, byteOffset: byteOffset)
        output.productPrecision = productPrecision
        let oldShape = shape
        return output.recorded(from: [self]) { gradient in [gradient.reshaped(oldShape)] }
    }

    /// Elements `range` of the first axis: a view, nothing is copied. Works for every storage type.
    package func slice(_ range: Range<Int>) -> Tensor {
        precondition(!shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "\(range) of \(shape)")
        let inner = shape.dropFirst().reduce(1, *)
        let output = Tensor(
            shape: [range.count] + shape.dropFirst(), dtype: dtype, storage: storage,
            byteOffset: byteOffset + dtype.byteCount(of: range.lowerBound * inner))
        let wholeShape = shape
        return output.recorded(from: [self]) { gradient in
            let padded = Tensor(wholeShape) { whole in
                whole.fill(0)
                whole[range.lowerBound * inner..<range.upperBound * inner].copy(from: gradient.floats)
            }
            return [padded]
        }
    }

    /// The element at `index` of the first axis, that axis dropped: a view.
    package func element(_ index: Int) -> Tensor { slice(index..<index + 1).reshaped(Array(shape.dropFirst())) }

    /// Elements `range` of `axis`.
    package func slice(_ range: Range<Int>, axis: Int) -> Tensor {
        if axis == 0 { return slice(range) }
        precondition(range.lowerBound >= 0 && range.upperBound <= shape[axis], "\(range) of axis \(axis) of \(shape)")
        let outer = shape[..<axis].reduce(1, *)
        let inner = shape[(axis + 1)...].reduce(1, *)
        let length = shape[axis]
        let source = floats
        var newShape = shape
        newShape[axis] = range.count
        let output = Tensor(newShape) { output in
            output.copyRowsInParallel(
                outer, of: range.count * inner, from: source, at: range.lowerBound * inner, stride: length * inner,
                to: 0, stride: range.count * inner)
        }
        let wholeShape = shape
        return output.recorded(from: [self]) { gradient in
            let padded = Tensor(wholeShape) { whole in
                whole.fill(0)
                whole.copyRowsInParallel(
                    outer, of: range.count * inner, from: gradient.floats, at: 0, stride: range.count * inner,
                    to: range.lowerBound * inner, stride: length * inner)
            }
            return [padded]
        }
    }

    /// The tensors joined along `axis`; their other axes must be equal.
    package static func concatenated(_ parts: [Tensor], axis: Int = 0) -> Tensor {
        precondition(!parts.isEmpty, "nothing to join")
        let first = parts[0].shape
        let outer = first[..<axis].reduce(1, *)
        let inner = first[(axis + 1)...].reduce(1, *)
        for part in parts {
            precondition(
                part.shape.count == first.count
                    && part.shape.indices.allSatisfy { $0 == axis || part.shape[$0] == first[$0] },
                "\(part.shape) does not join \(first) along axis \(axis)")
        }
        let lengths = parts.map { $0.shape[axis] }
        let total = lengths.reduce(0, +)
        var newShape = first
        newShape[axis] = total
        let output = Tensor(newShape) { output in
            var offset = 0
            for (part, length) in zip(parts, lengths) {
                output.copyRowsInParallel(
                    outer, of: length * inner, from: part.floats, at: 0, stride: length * inner, to: offset * inner,
                    stride: total * inner)
                offset += length
            }
        }
        return output.recorded(from: parts) { gradient in
            var offset = 0
            return zip(parts, lengths).map { part, length in
                defer { offset += length }
                return part.isDifferentiable ? gradient.slice(offset..<offset + length, axis: axis) : nil
            }
        }
    }

    /// The first two axes exchanged: `[a, b, …]` becomes `[b, a, …]`.
    package func leadingAxesExchanged() -> Tensor {
        precondition(shape.count >= 2, "\(shape) has no two axes")
        let (rows, columns) = (shape[0], shape[1])
        let inner = shape[2...].reduce(1, *)
        let source = floats
        let output = Tensor([columns, rows] + shape[2...]) { output in
            for row in 0..<rows {
                for column in 0..<columns {
                    let from = (row * columns + column) * inner
                    let to = (column * rows + row) * inner
                    if inner == 1 {
                        output[to] = source[from]
                    } else {
                        output[to..<to + inner].copy(from: source[from..<from + inner])
                    }
                }
            }
        }
        return output.recorded(from: [self]) { gradient in [gradient.leadingAxesExchanged()] }
    }

    /// This tensor repeated `times` along a new first axis.
    package func repeated(_ times: Int) -> Tensor {
        let source = floats
        let output = Tensor([times] + shape) { output in
            output.copyRowsInParallel(
                times, of: source.count, from: source, at: 0, stride: 0, to: 0, stride: source.count)
        }
        return output.recorded(from: [self]) { gradient in [gradient.sum(axis: 0)] }
    }
}

extension MutableFloats {
    /// `copyRows` on all threads.
    func copyRowsInParallel(
        _ rows: Int, of width: Int, from source: Floats, at start: Int, stride sourceStride: Int, to target: Int,
        stride: Int
    ) {
        WorkerPool.forEachRange(ofRows: rows, width: width, elements: elementwiseGrain) { range in
            copyRows(
                range.count, of: width, from: source, at: start + range.lowerBound * sourceStride, stride: sourceStride,
                to: target + range.lowerBound * stride, stride: stride)
        }
    }
}
