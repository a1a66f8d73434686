import Foundation

/// The sizes of one multi-head attention.
package struct AttentionShape: Sendable, Equatable {
    /// Query heads.
    package var heads: Int
    /// Key–value heads; a divisor of `heads` (grouped-query attention: consecutive query heads share one).
    package var keyValueHeads: Int
    /// Width of a query and of a key.
    package var headWidth: Int
    /// Width of a value.
    package var valueWidth: Int
    /// What the products of queries and keys are multiplied by; 1/√headWidth unless a model says otherwise.
    package var scale: Float

    /// Attention of these sizes.
    package init(heads: Int, keyValueHeads: Int? = nil, headWidth: Int, valueWidth: Int? = nil, scale: Float? = nil) {
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        self.headWidth = headWidth
        self.valueWidth = valueWidth ?? headWidth
        self.scale = scale ?? Float(1 / Double(headWidth).squareRoot())
        precondition(heads % self.keyValueHeads == 0, "\(heads) heads over \(self.keyValueHeads) key–value heads")
    }

    var group: Int { heads / keyValueHeads }
    var queryWidth: Int { heads * headWidth }
    var keyWidth: Int { keyValueHeads * headWidth }
    var valuesWidth: Int { keyValueHeads * valueWidth }
    var outputWidth: Int { heads * valueWidth }
}

extension Tensor {
    /// Queries that one task takes at a time: its scores, `tile × keys`, are all that is ever held of the attention matrix.
    private static let attentionTile = 64

    /// `softmax(scale·q·kᵀ + bias)·v`, head by head, without holding the attention matrix.
    ///
    /// A task takes a tile of queries of one head; heads lie side by side in the last axis and are read in place with
    /// their stride. The way back recomputes a tile's scores from the logarithms of the row sums (Dao et al. 2022).
    ///
    /// - Parameters:
    ///   - queries: `[batch, queries, heads·headWidth]`
    ///   - keys: `[batch, keys, keyValueHeads·headWidth]`
    ///   - values: `[batch, keys, keyValueHeads·valueWidth]`
    ///   - mask: intervals of visible keys; nil where every query sees every key.
    ///   - bias: `[heads, queries, keys]` added to the scaled scores (T5's relative positions); constant.
    ///   - sinks: `[heads]`: one more score a head that takes part in the softmax and has no value (gpt-oss); constant.
    /// - Returns: `[batch, queries, heads·valueWidth]`
    package static func attention(
        queries: Tensor, keys: Tensor, values: Tensor, shape: AttentionShape, mask: AttentionMask? = nil,
        bias: Tensor? = nil, sinks: Tensor? = nil
    ) -> Tensor {
        precondition(queries.shape.count == 3 && keys.shape.count == 3 && values.shape.count == 3)
        let batch = queries.shape[0]
        let count = keys.shape[1]
        precondition(queries.shape[2] == shape.queryWidth, "queries of \(queries.shape) for \(shape)")
        precondition(keys.shape == [batch, count, shape.keyWidth], "keys of \(keys.shape) for \(shape)")
        precondition(values.shape == [batch, count, shape.valuesWidth], "values of \(values.shape) for \(shape)")
        let problem = AttentionProblem(
            q: HeadRows(queries.floats, stride: shape.queryWidth), k: HeadRows(keys.floats, stride: shape.keyWidth),
            v: HeadRows(values.floats, stride: shape.valuesWidth), shape: shape, mask: mask, bias: bias?.detached,
            sinks: sinks?.detached, batch: batch, queries: queries.shape[1], keys: count)
        let (output, logSums) = problem.output(tile: attentionTile)
        let (queryShape, keyShape, valueShape) = (queries.shape, keys.shape, values.shape)
        return output.recorded(from: [queries, keys, values]) { gradient in
            let dq = MutableFloats(scratch: queryShape.product)
            let dk = MutableFloats(scratch: keyShape.product)
            let dv = MutableFloats(scratch: valueShape.product)
            problem.backward(
                output: output, logSums: logSums, gradient: gradient, tile: attentionTile,
                dq: MutableHeadRows(dq, stride: shape.queryWidth), dk: MutableHeadRows(dk, stride: shape.keyWidth),
                dv: MutableHeadRows(dv, stride: shape.valuesWidth))
            return [Tensor(owning: dq, queryShape), Tensor(owning: dk, keyShape), Tensor(owning: dv, valueShape)]
        }
    }

    /// Attention of tokens to one another where queries, keys and values stand side by side in one tensor, in this order:
    /// nothing is taken apart on the way there, nothing put together on the way back.
    ///
    /// - Parameters:
    ///   - joined: `[batch, tokens, heads·headWidth + keyValueHeads·(headWidth + valueWidth)]`
    ///   - mask: intervals of visible tokens; nil where all see all.
    /// - Returns: `[batch, tokens, heads·valueWidth]`
    package static func selfAttention(joined: Tensor, shape: AttentionShape, mask: AttentionMask? = nil) -> Tensor {
        let stride = shape.queryWidth + shape.keyWidth + shape.valuesWidth
        precondition(joined.shape.count == 3 && joined.shape[2] == stride, "\(joined.shape) for \(shape)")
        let x = joined.floats
        let valueStart = shape.queryWidth + shape.keyWidth
        let problem = AttentionProblem(
            q: HeadRows(x, stride: stride), k: HeadRows(x, offset: shape.queryWidth, stride: stride),
            v: HeadRows(x, offset: valueStart, stride: stride), shape: shape, mask: mask, bias: nil, sinks: nil,
            batch: joined.shape[0], queries: joined.shape[1], keys: joined.shape[1])
        let (output, logSums) = problem.output(tile: attentionTile)
        let joinedShape = joined.shape
        return output.recorded(from: [joined]) { gradient in
            let dx = MutableFloats(scratch: joinedShape.product)
            problem.backward(
                output: output, logSums: logSums, gradient: gradient, tile: attentionTile,
                dq: MutableHeadRows(dx, stride: stride),
                dk: MutableHeadRows(dx, offset: shape.queryWidth, stride: stride),
                dv: MutableHeadRows(dx, offset: valueStart, stride: stride))
            return [Tensor(owning: dx, joinedShape)]
        }
    }
}
