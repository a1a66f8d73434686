extension AttentionProblem {
    /// The gradients of queries, keys and values.
    ///
    /// With S = scale·q·kᵀ + bias, P = softmax(S), o = P·v and g = dL/do:
    /// dv = Pᵀ·g; dP = g·vᵀ; D = Σ_c o·g (row by row, equal to Σ_j P·dP); dS = P·(dP − D); dq = scale·dS·k;
    /// dk = scale·dSᵀ·q. One task owns a key–value head of one batch element, so sums over query tiles and over the
    /// heads of a group have a fixed order.
    func backward(output: Tensor, logSums: Floats, gradient: Tensor, tile: Int) -> [Tensor?] {
        let dq = MutableFloats(scratch: q.count)
        let dk = MutableFloats(scratch: k.count)
        let dv = MutableFloats(scratch: v.count)
        let o = output.floats
        let g = gradient.floats
        WorkerPool.forEach(batch * shape.keyValueHeads) { task in
            let (batch, keyHead) = (task / shape.keyValueHeads, task % shape.keyValueHeads)
            let first = keyHead * shape.group
            let targetK = keyTarget(dk, batch, first, width: shape.headWidth)
            let targetV = keyTarget(dv, batch, first, width: shape.valueWidth)
            for row in 0..<keys {
                targetK.part(row..<row + 1, 0..<shape.headWidth).elements.fill(0)
                targetV.part(row..<row + 1, 0..<shape.valueWidth).elements.fill(0)
            }
            for head in first..<first + shape.group {
                for start in stride(from: 0, to: queries, by: tile) {
                    let range = start..<min(queries, start + tile)
                    backwardTile(
                        batch: batch, head: head, queries: range, o: o, g: g, logSums: logSums,
                        dq: queryTarget(dq, batch, head, range), dk: targetK, dv: targetV)
                }
            }
        }
        return [
            Tensor(owning: dq, [batch, queries, shape.queryWidth]), Tensor(owning: dk, [batch, keys, shape.keyWidth]),
            Tensor(owning: dv, [batch, keys, shape.valuesWidth]),
        ]
    }

    private func backwardTile(
        batch: Int, head: Int, queries range: Range<Int>, o: Floats, g: Floats, logSums: Floats,
        dq: MutableMatrixView, dk: MutableMatrixView, dv: MutableMatrixView
    ) {
        let span = span(batch, range)
        guard !span.isEmpty else {
            for row in 0..<range.count { dq.part(row..<row + 1, 0..<shape.headWidth).elements.fill(0) }
            return
        }
        let count = range.count * span.count
        let p = MutableFloats(scratch: count)
        scores(batch: batch, head: head, queries: range, span: span, into: p)
        let gView = queryView(g, batch, head, range, width: shape.valueWidth)
        let oView = queryView(o, batch, head, range, width: shape.valueWidth)
        let dp = MutableFloats(scratch: count)
        MatrixProduct.serial(
            gView, by: keyView(v, batch, head, span, width: shape.valueWidth), otherTransposed: true,
            into: MutableMatrixView(dp, rows: range.count, columns: span.count))
        for (row, query) in range.enumerated() {
            let line = row * span.count..<(row + 1) * span.count
            Kernels.exponential(
                p[line], minus: logSums[(batch * shape.heads + head) * queries + query])
            let along = Kernels.dot(
                oView.elements[row * oView.stride..<row * oView.stride + shape.valueWidth],
                gView.elements[row * gView.stride..<row * gView.stride + shape.valueWidth])
            // dS = P·(dP − D), into dp; P stays for dv.
            Kernels.shiftedProduct(p[line].readable, dp[line], minus: along)
        }
        let pView = MatrixView(p.readable, rows: range.count, columns: span.count)
        let dsView = MatrixView(dp.readable, rows: range.count, columns: span.count)
        let (width, valueWidth) = (shape.headWidth, shape.valueWidth)
        MatrixProduct.serial(pView, transposed: true, by: gView, into: dv.part(span, 0..<valueWidth), adding: true)
        MatrixProduct.serial(
            dsView, by: keyView(k, batch, head, span, width: width), into: dq, scale: shape.scale)
        MatrixProduct.serial(
            dsView, transposed: true, by: queryView(q, batch, head, range, width: width),
            into: dk.part(span, 0..<width),
            scale: shape.scale, adding: true)
    }

    private func queryTarget(_ x: MutableFloats, _ batch: Int, _ head: Int, _ range: Range<Int>) -> MutableMatrixView {
        let (stride, width) = (shape.queryWidth, shape.headWidth)
        let start = (batch * queries + range.lowerBound) * stride + head * width
        return MutableMatrixView(
            x[start..<start + (range.count - 1) * stride + width], rows: range.count, columns: width, stride: stride)
    }

    private func keyTarget(_ x: MutableFloats, _ batch: Int, _ head: Int, width: Int) -> MutableMatrixView {
        let stride = shape.keyValueHeads * width
        let start = batch * keys * stride + head / shape.group * width
        let end = keys == 0 ? start : start + (keys - 1) * stride + width
        return MutableMatrixView(x[start..<end], rows: keys, columns: width, stride: stride)
    }
}

extension Kernels {
    /// `x = exp(x − shift)`, in place; −∞ gives 0.
    static func exponential(_ x: MutableFloats, minus shift: Float) {
        guard shift > -.infinity else {  // A query that sees no key: nothing has a probability.
            x.fill(0)
            return
        }
        for index in 0..<x.count { unsafe x.pointer[index] -= shift }
        apply(.exponential, x.readable, into: x)
    }

    /// `y = p·(y − shift)`, in place.
    static func shiftedProduct(_ p: Floats, _ y: MutableFloats, minus shift: Float) {
        precondition(p.count == y.count)
        for index in 0..<y.count { unsafe y.pointer[index] = p.pointer[index] * (y.pointer[index] - shift) }
    }
}
