/// The chosen one of each block of units, for every row: what makes a feed-forward one-in-N sparse.
package struct BlockChoices: Sendable, Equatable {
    /// How many rows.
    package let rows: Int
    /// Blocks of a row.
    package let blocks: Int
    /// Units of a block.
    package let length: Int
    /// The chosen unit within its block, `[rows·blocks]`, each below `length`.
    package let indices: [Int32]

    /// These choices.
    package init(rows: Int, blocks: Int, length: Int, indices: [Int32]) {
        precondition(indices.count == rows * blocks, "\(indices.count) choices for \(rows) rows of \(blocks) blocks")
        precondition(indices.allSatisfy { $0 >= 0 && $0 < length }, "a choice outside of its block of \(length)")
        self.rows = rows
        self.blocks = blocks
        self.length = length
        self.indices = indices
    }

    /// How often each unit was chosen, `[blocks·length]`.
    package var usage: [Int] { Kernels.blockUsage(indices, rows: rows, blocks: blocks, length: length) }
}

extension Tensor {
    /// The first greatest element of each block of `length` elements of every row.
    package func greatestOfBlocks(of length: Int) -> BlockChoices {
        let (rows, blocks) = blockShape(length)
        return BlockChoices(
            rows: rows, blocks: blocks, length: length, indices: Kernels.blockGreatest(floats, length: length))
    }

    /// A random element of each block, drawn from `softmax(x / temperature)`.
    ///
    /// By the Gumbel–max theorem that is `argmax(x + temperature·g)` with g = −log(−log u), u uniform, drawn anew for each
    /// element: one uniform number a block gives the same distribution as one a unit and two logarithms of each.
    package func drawnFromBlocks(
        of length: Int, temperature: Double, using generator: inout SeededGenerator
    ) -> BlockChoices {
        let (rows, blocks) = blockShape(length)
        let x = floats
        let probabilities = MutableFloats(scratch: count)
        WorkerPool.forEachRange(of: rows * blocks, size: max(1, elementwiseGrain / length)) { range in
            let elements = range.lowerBound * length..<range.upperBound * length
            Kernels.blockSoftmax(
                x[elements], scale: Float(1 / temperature), length: length, into: probabilities[elements])
        }
        let uniforms = Tensor((0..<rows * blocks).map { _ in Float(generator.unit()) }, [rows * blocks])
        return BlockChoices(
            rows: rows, blocks: blocks, length: length,
            indices: Kernels.blockDrawn(probabilities.readable, uniforms: uniforms.floats, length: length))
    }

    @inline(never)
    func blockShape(_ length: Int) -> (rows: Int, blocks: Int) {
        let width = shape.last ?? 1
        precondition(length > 0 && width > 0 && width % length == 0, "rows of \(shape) are not blocks of \(length)")
        return (count / width, width / length)
    }
}
