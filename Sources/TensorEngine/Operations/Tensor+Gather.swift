extension Tensor {
    /// Rows of this table, in the order of `indices`: `[indices, width]`, float32 whatever the table is stored as.
    ///
    /// The way back adds each row's gradient to its row of the table, in the order of `indices`.
    ///
    /// - Parameter indices: each at least 0 and below the first axis.
    package func rows(_ indices: [Int]) -> Tensor {
        precondition(shape.count >= 1)
        let tableRows = shape[0]
        let width = shape.dropFirst().reduce(1, *)
        precondition(indices.allSatisfy { $0 >= 0 && $0 < tableRows }, "a row outside of \(shape)")
        let output = Tensor([indices.count] + shape.dropFirst()) { output in
            WorkerPool.forEachRange(ofRows: indices.count, width: width, elements: elementwiseGrain) { range in
                for position in range {
                    let start = indices[position] * width
                    convert(start..<start + width, into: output[position * width..<(position + 1) * width])
                }
            }
        }
        let tableShape = shape
        return output.recorded(from: [self]) { gradient in
            [gradient.scatteredRows(to: indices, rows: tableRows).reshaped(tableShape)]
        }
    }

    /// A tensor of `rows` rows to whose rows `indices` the rows of this one are added, in their order.
    package func scatteredRows(to indices: [Int], rows: Int) -> Tensor {
        precondition(shape.first == indices.count, "\(indices.count) targets for rows of \(shape)")
        precondition(indices.allSatisfy { $0 >= 0 && $0 < rows }, "a target outside of \(rows) rows")
        let width = shape.dropFirst().reduce(1, *)
        let source = floats
        let output = Tensor([rows] + shape.dropFirst()) { output in
            output.fill(0)
            for (position, index) in indices.enumerated() {
                let target = output[index * width..<(index + 1) * width]
                Kernels.add(target.readable, source[position * width..<(position + 1) * width], into: target)
            }
        }
        return output.recorded(from: [self]) { gradient in [gradient.rows(indices)] }
    }

    /// Single elements, by their flat positions: `[positions]`.
    package func elements(at positions: [Int]) -> Tensor {
        let source = floats
        let output = Tensor(positions.map { source[$0] }, [positions.count])
        let wholeShape = shape
        return output.recorded(from: [self]) { gradient in
            let spread = Tensor(wholeShape) { whole in
                whole.fill(0)
                for (index, position) in positions.enumerated() { whole[position] += gradient.floats[index] }
            }
            return [spread]
        }
    }

    /// This tensor with the rows `indices` (rows of the last axis, counted over all others; each at most once) replaced by
    /// the rows of `replacement`.
    ///
    /// What puts projected query tokens into the embeddings of a text.
    package func replacingRows(_ indices: [Int], with replacement: Tensor) -> Tensor {
        let width = shape.last ?? 1
        precondition(
            replacement.count == indices.count * width, "\(replacement.shape) for \(indices.count) rows of \(shape)")
        let (source, rows) = (floats, replacement.floats)
        let output = Tensor(shape) { output in
            output.copy(from: source)
            for (position, index) in indices.enumerated() {
                output[index * width..<(index + 1) * width].copy(from: rows[position * width..<(position + 1) * width])
            }
        }
        let replacementShape = replacement.shape
        let needsSelf = isDifferentiable
        let wholeShape = shape
        return output.recorded(from: [self, replacement]) { gradient in
            let flat = gradient.reshaped([gradient.count / max(1, width), width])
            let toReplacement = flat.rows(indices).reshaped(replacementShape)
            guard needsSelf else { return [nil, toReplacement] }
            let zeros = Tensor(repeating: 0, [indices.count, width])
            return [flat.replacingRows(indices, with: zeros).reshaped(wholeShape), toReplacement]
        }
    }
}
