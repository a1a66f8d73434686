import Foundation

/// Rows of heads inside a tensor: row r of what is meant begins at `offset + r·stride`, its heads side by side.
struct HeadRows: Sendable {
    let elements: Floats
    let offset: Int
    let stride: Int

    init(_ elements: Floats, offset: Int = 0, stride: Int) {
        self.elements = elements
        self.offset = offset
        self.stride = stride
    }

    /// Columns `column..<column + width` of rows `rows`.
    func view(rows: Range<Int>, column: Int, width: Int) -> MatrixView {
        let start = offset + rows.lowerBound * stride + column
        let end = rows.isEmpty ? start : start + (rows.count - 1) * stride + width
        return MatrixView(elements[start..<end], rows: rows.count, columns: width, stride: stride)
    }
}

/// Rows of heads that are written.
struct MutableHeadRows: Sendable {
    let elements: MutableFloats
    let offset: Int
    let stride: Int

    init(_ elements: MutableFloats, offset: Int = 0, stride: Int) {
        self.elements = elements
        self.offset = offset
        self.stride = stride
    }

    /// Columns `column..<column + width` of rows `rows`.
    func view(rows: Range<Int>, column: Int, width: Int) -> MutableMatrixView {
        let start = offset + rows.lowerBound * stride + column
        let end = rows.isEmpty ? start : start + (rows.count - 1) * stride + width
        return MutableMatrixView(elements[start..<end], rows: rows.count, columns: width, stride: stride)
    }
}

/// The inputs of one attention, and the arithmetic on one tile.
struct AttentionProblem: Sendable {
    let q: HeadRows
    let k: HeadRows
    let v: HeadRows
    let shape: AttentionShape
    let mask: AttentionMask?
    let bias: Tensor?
    let sinks: Tensor?
    let batch: Int
    let queries: Int
    let keys: Int

    init(
        q: HeadRows, k: HeadRows, v: HeadRows, shape: AttentionShape, mask: AttentionMask?, bias: Tensor?,
        sinks: Tensor?, batch: Int, queries: Int, keys: Int
    ) {
        precondition(mask == nil || mask?.queries == queries && mask?.first.count == batch * queries)
        precondition(bias == nil || bias?.shape == [shape.heads, queries, keys])
        (self.q, self.k, self.v, self.shape) = (q, k, v, shape)
        (self.mask, self.bias, self.sinks) = (mask, bias, sinks)
        (self.batch, self.queries, self.keys) = (batch, queries, keys)
    }

    /// The attended values `[batch, queries, heads·valueWidth]`, and of each row of scores the logarithm of its sum,
    /// `[batch, heads, queries]`.
    func output(tile: Int) -> (output: Tensor, logSums: Floats) {
        let logSums = MutableFloats(scratch: batch * shape.heads * queries)
        let output = Tensor([batch, queries, shape.outputWidth]) { output in
            let rows = MutableHeadRows(output, stride: shape.outputWidth)
            let tiles = (queries + tile - 1) / tile
            // A few small heads a task: one alone is too little to hand over.
            let perTask = max(1, (1 << 16) / max(1, min(queries, tile) * keys * shape.headWidth))
            WorkerPool.forEachRange(of: batch * shape.heads * tiles, size: perTask) { range in
                for task in range {
                    let start = task % tiles * tile
                    forward(
                        batch: task / tiles / shape.heads, head: task / tiles % shape.heads,
                        queries: start..<min(queries, start + tile), into: rows, logSums: logSums)
                }
            }
        }
        return (output, logSums.readable)
    }

    func span(_ batch: Int, _ range: Range<Int>) -> Range<Int> {
        mask?.span(batch: batch, queries: range, keys: keys) ?? 0..<keys
    }

    /// Rows of the queries `range` of one batch element, counted over all.
    func rows(_ batch: Int, _ range: Range<Int>) -> Range<Int> {
        batch * queries + range.lowerBound..<batch * queries + range.upperBound
    }

    func queryView(_ x: HeadRows, _ batch: Int, _ head: Int, _ range: Range<Int>, width: Int) -> MatrixView {
        x.view(rows: rows(batch, range), column: head * width, width: width)
    }

    func keyView(_ x: HeadRows, _ batch: Int, _ head: Int, _ range: Range<Int>, width: Int) -> MatrixView {
        x.view(
            rows: batch * keys + range.lowerBound..<batch * keys + range.upperBound,
            column: head / shape.group * width, width: width)
    }

    /// Scaled and biased scores of a tile over the keys of `span`, into `scores` (`[tile, span]`); not masked.
    func scores(batch: Int, head: Int, queries range: Range<Int>, span: Range<Int>, into scores: MutableFloats) {
        MatrixProduct.serial(
            queryView(q, batch, head, range, width: shape.headWidth),
            by: keyView(k, batch, head, span, width: shape.headWidth),
            otherTransposed: true, into: MutableMatrixView(scores, rows: range.count, columns: span.count),
            scale: shape.scale)
        guard let bias else { return }
        for (row, query) in range.enumerated() {
            let line = scores[row * span.count..<(row + 1) * span.count]
            let start = (head * queries + query) * keys
            Kernels.add(line.readable, bias.floats[start + span.lowerBound..<start + span.upperBound], into: line)
        }
    }

    private func forward(
        batch: Int, head: Int, queries range: Range<Int>, into output: MutableHeadRows, logSums: MutableFloats
    ) {
        let span = span(batch, range)
        let target = output.view(rows: rows(batch, range), column: head * shape.valueWidth, width: shape.valueWidth)
        let first = (batch * shape.heads + head) * queries
        let sums = logSums[first + range.lowerBound..<first + range.upperBound]
        guard !span.isEmpty else {
            for row in 0..<range.count { target.part(row..<row + 1, 0..<shape.valueWidth).elements.fill(0) }
            sums.fill(-.infinity)
            return
        }
        let scores = MutableFloats(scratch: range.count * span.count)
        self.scores(batch: batch, head: head, queries: range, span: span, into: scores)
        Kernels.attentionRows(
            scores, rows: range.count, mask: mask, at: batch * queries + range.lowerBound, low: span.lowerBound,
            logSums: sums)
        if let sink = sinks?.floats[head] {
            // The sink takes its share of the probability: p·Σ/(Σ + e^sink).
            for row in 0..<range.count {
                let line = scores[row * span.count..<(row + 1) * span.count]
                let whole = max(sums[row], sink) + log1p(exp(-abs(sums[row] - sink)))
                Kernels.scale(line.readable, by: exp(sums[row] - whole), into: line)
                sums[row] = whole
            }
        }
        MatrixProduct.serial(
            MatrixView(scores.readable, rows: range.count, columns: span.count),
            by: keyView(v, batch, head, span, width: shape.valueWidth), into: target)
    }
}
