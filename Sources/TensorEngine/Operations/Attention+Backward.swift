import CKernels

extension AttentionProblem {
    /// The gradients of queries, keys and values, into `dq`, `dk`, `dv`.
    ///
    /// With S = scale·q·kᵀ + bias, P = softmax(S), o = P·v and g = dL/do:
    /// dv = Pᵀ·g; dP = g·vᵀ; D = Σ_c o·g (row by row, equal to Σ_j P·dP); dS = P·(dP − D); dq = scale·dS·k;
    /// dk = scale·dSᵀ·q. One task owns a key–value head of one batch element, so sums over query tiles and over the
    /// heads of a group have a fixed order.
    func backward(
        output: Tensor, logSums: Floats, gradient: Tensor, tile: Int, dq: MutableHeadRows, dk: MutableHeadRows,
        dv: MutableHeadRows
    ) {
        let o = HeadRows(output.floats, stride: shape.outputWidth)
        let g = HeadRows(gradient.floats, stride: shape.outputWidth)
        let perTask = max(1, (1 << 15) / max(1, queries * keys * shape.headWidth * shape.group))
        WorkerPool.forEachRange(of: batch * shape.keyValueHeads, size: perTask) { range in
            for task in range {
                let (batch, keyHead) = (task / shape.keyValueHeads, task % shape.keyValueHeads)
                let rows = batch * keys..<(batch + 1) * keys
                let targetK = dk.view(rows: rows, column: keyHead * shape.headWidth, width: shape.headWidth)
                let targetV = dv.view(rows: rows, column: keyHead * shape.valueWidth, width: shape.valueWidth)
                targetK.fill(0)
                targetV.fill(0)
                for head in keyHead * shape.group..<(keyHead + 1) * shape.group {
                    for start in stride(from: 0, to: queries, by: tile) {
                        let range = start..<min(queries, start + tile)
                        let target = dq.view(
                            rows: self.rows(batch, range), column: head * shape.headWidth, width: shape.headWidth)
                        backwardTile(
                            batch: batch, head: head, queries: range, o: o, g: g, logSums: logSums, dq: target,
                            dk: targetK, dv: targetV)
                    }
                }
            }
        }
    }

    private func backwardTile(
        batch: Int, head: Int, queries range: Range<Int>, o: HeadRows, g: HeadRows, logSums: Floats,
        dq: MutableMatrixView, dk: MutableMatrixView, dv: MutableMatrixView
    ) {
        let span = span(batch, range)
        guard !span.isEmpty else {
            dq.fill(0)
            return
        }
        let (width, valueWidth) = (shape.headWidth, shape.valueWidth)
        let p = MutableFloats(scratch: range.count * span.count)
        let dp = MutableFloats(scratch: range.count * span.count)
        scores(batch: batch, head: head, queries: range, span: span, into: p)
        let gView = queryView(g, batch, head, range, width: valueWidth)
        MatrixProduct.serial(
            gView, by: keyView(v, batch, head, span, width: valueWidth), otherTransposed: true,
            into: MutableMatrixView(dp, rows: range.count, columns: span.count))
        let first = (batch * shape.heads + head) * queries
        // dS = P·(dP − D), into dp; P stays for dv.
        Kernels.attentionRowsBackward(
            p, dp, mask: mask, at: batch * queries + range.lowerBound, low: span.lowerBound,
            logSums: logSums[first + range.lowerBound..<first + range.upperBound],
            output: queryView(o, batch, head, range, width: valueWidth), gradient: gView)
        let pView = MatrixView(p.readable, rows: range.count, columns: span.count)
        let dsView = MatrixView(dp.readable, rows: range.count, columns: span.count)
        MatrixProduct.serial(pView, transposed: true, by: gView, into: dv.part(span, 0..<valueWidth), adding: true)
        MatrixProduct.serial(dsView, by: keyView(k, batch, head, span, width: width), into: dq, scale: shape.scale)
        MatrixProduct.serial(
            dsView, transposed: true, by: queryView(q, batch, head, range, width: width),
            into: dk.part(span, 0..<width), scale: shape.scale, adding: true)
    }
}

extension Kernels {
    /// Softmax of the rows of a tile of scores over the keys that `mask` shows to the queries from `query` on (counted
    /// over the batch); the tile's first key is `low`.
    static func attentionRows(
        _ scores: MutableFloats, rows: Int, mask: AttentionMask?, at query: Int, low: Int, logSums: MutableFloats
    ) {
        precondition(logSums.count == rows && (mask?.first.count ?? query + rows) >= query + rows)
        unsafe withIntervals(of: mask, at: query) { first, end in
            unsafe kernels.functions.attention_rows(
                scores.pointer, rows, scores.count / rows, first, end, low, logSums.pointer)
        }
    }

    /// From scores in `p` and g·vᵀ in `dp`: probabilities, and the gradients of the scores.
    static func attentionRowsBackward(
        _ p: MutableFloats, _ dp: MutableFloats, mask: AttentionMask?, at query: Int, low: Int, logSums: Floats,
        output: MatrixView, gradient: MatrixView
    ) {
        let rows = output.rows
        precondition(p.count == dp.count && p.count % rows == 0 && logSums.count == rows && gradient.rows == rows)
        precondition((mask?.first.count ?? query + rows) >= query + rows && gradient.columns == output.columns)
        unsafe withIntervals(of: mask, at: query) { first, end in
            unsafe kernels.functions.attention_rows_backward(
                p.pointer, dp.pointer, rows, p.count / rows, first, end, low, logSums.pointer,
                output.elements.pointer, output.stride, gradient.elements.pointer, gradient.stride, output.columns)
        }
    }

    private static func withIntervals(
        of mask: AttentionMask?, at query: Int, _ body: (UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Void
    ) {
        guard let mask else {
            body(nil, nil)
            return
        }
        unsafe mask.first.withUnsafeBufferPointer { first in
            unsafe mask.end.withUnsafeBufferPointer { end in
                unsafe body(
                    first.baseAddress.map { unsafe $0 + query }, end.baseAddress.map { unsafe $0 + query })
            }
        }
    }
}
