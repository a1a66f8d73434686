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
        let problem = AttentionProblem(queries, keys, values, shape, mask, bias?.detached, sinks?.detached)
        let logSums = MutableFloats(scratch: problem.batch * shape.heads * problem.queries)
        let output = Tensor([problem.batch, problem.queries, shape.outputWidth]) { output in
            let tiles = (problem.queries + attentionTile - 1) / attentionTile
            WorkerPool.forEach(problem.batch * shape.heads * tiles) { task in
                let start = task % tiles * attentionTile
                problem.forward(
                    batch: task / tiles / shape.heads, head: task / tiles % shape.heads,
                    queries: start..<min(problem.queries, start + attentionTile), into: output, logSums: logSums)
            }
        }
        return output.recorded(from: [queries, keys, values]) { gradient in
            problem.backward(output: output, logSums: logSums.readable, gradient: gradient, tile: attentionTile)
        }
    }
}

/// The inputs of one attention, and the arithmetic on one tile.
struct AttentionProblem: Sendable {
    let q: Floats
    let k: Floats
    let v: Floats
    let shape: AttentionShape
    let mask: AttentionMask?
    let bias: Tensor?
    let sinks: Tensor?
    let batch: Int
    let queries: Int
    let keys: Int

    init(
        _ queries: Tensor, _ keys: Tensor, _ values: Tensor, _ shape: AttentionShape, _ mask: AttentionMask?,
        _ bias: Tensor?, _ sinks: Tensor?
    ) {
        precondition(queries.shape.count == 3 && keys.shape.count == 3 && values.shape.count == 3)
        batch = queries.shape[0]
        self.queries = queries.shape[1]
        self.keys = keys.shape[1]
        precondition(queries.shape[2] == shape.queryWidth, "queries of \(queries.shape) for \(shape)")
        precondition(keys.shape == [batch, self.keys, shape.keyWidth], "keys of \(keys.shape) for \(shape)")
        precondition(values.shape == [batch, self.keys, shape.valuesWidth], "values of \(values.shape) for \(shape)")
        precondition(mask == nil || mask?.queries == self.queries && mask?.first.count == batch * self.queries)
        precondition(bias == nil || bias?.shape == [shape.heads, self.queries, self.keys])
        q = queries.floats
        k = keys.floats
        v = values.floats
        self.shape = shape
        self.mask = mask
        self.bias = bias
        self.sinks = sinks
    }

    func span(_ batch: Int, _ range: Range<Int>) -> Range<Int> {
        mask?.span(batch: batch, queries: range, keys: keys) ?? 0..<keys
    }

    func queryView(_ x: Floats, _ batch: Int, _ head: Int, _ range: Range<Int>, width: Int) -> MatrixView {
        let stride = shape.heads * width
        let start = (batch * queries + range.lowerBound) * stride + head * width
        let end = start + (range.count - 1) * stride + width
        return MatrixView(x[start..<end], rows: range.count, columns: width, stride: stride)
    }

    func keyView(_ x: Floats, _ batch: Int, _ head: Int, _ range: Range<Int>, width: Int) -> MatrixView {
        let stride = shape.keyValueHeads * width
        let start = (batch * keys + range.lowerBound) * stride + head / shape.group * width
        let end = start + max(0, range.count - 1) * stride + width
        return MatrixView(x[start..<end], rows: range.count, columns: width, stride: stride)
    }

    /// Scaled, biased and masked scores of a tile over the keys of `span`, into `scores` (`[tile, span]`).
    func scores(batch: Int, head: Int, queries range: Range<Int>, span: Range<Int>, into scores: MutableFloats) {
        MatrixProduct.serial(
            queryView(q, batch, head, range, width: shape.headWidth),
            by: keyView(k, batch, head, span, width: shape.headWidth),
            otherTransposed: true, into: MutableMatrixView(scores, rows: range.count, columns: span.count),
            scale: shape.scale)
        for (row, query) in range.enumerated() {
            let line = scores[row * span.count..<(row + 1) * span.count]
            if let bias {
                let start = (head * queries + query) * keys
                Kernels.add(line.readable, bias.floats[start + span.lowerBound..<start + span.upperBound], into: line)
            }
            guard let mask else { continue }
            let visible = mask.keys(batch: batch, query: query).clamped(to: span)
            if visible.isEmpty {
                line.fill(-.infinity)
            } else {
                line[0..<visible.lowerBound - span.lowerBound].fill(-.infinity)
                line[visible.upperBound - span.lowerBound..<span.count].fill(-.infinity)
            }
        }
    }

    func forward(
        batch: Int, head: Int, queries range: Range<Int>, into output: MutableFloats, logSums: MutableFloats
    ) {
        let span = span(batch, range)
        let stride = shape.outputWidth
        let start = (batch * queries + range.lowerBound) * stride + head * shape.valueWidth
        let target = MutableMatrixView(
            output[start..<start + (range.count - 1) * stride + shape.valueWidth], rows: range.count,
            columns: shape.valueWidth, stride: stride)
        guard !span.isEmpty else {
            for row in 0..<range.count { target.part(row..<row + 1, 0..<shape.valueWidth).elements.fill(0) }
            return
        }
        let scores = MutableFloats(scratch: range.count * span.count)
        self.scores(batch: batch, head: head, queries: range, span: span, into: scores)
        for (row, query) in range.enumerated() {
            let line = scores[row * span.count..<(row + 1) * span.count]
            var logSum = Kernels.softmax(line, scale: 1)
            if let sink = sinks?.floats[head] {
                // The sink takes its share of the probability: p·Σ/(Σ + e^sink).
                let whole = max(logSum, sink) + log1p(exp(-abs(logSum - sink)))
                Kernels.scale(line.readable, by: exp(logSum - whole), into: line)
                logSum = whole
            }
            logSums[(batch * shape.heads + head) * queries + query] = logSum
        }
        MatrixProduct.serial(
            MatrixView(scores.readable, rows: range.count, columns: span.count),
            by: keyView(v, batch, head, span, width: shape.valueWidth), into: target)
    }
}
