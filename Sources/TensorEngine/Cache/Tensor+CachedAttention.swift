import Foundation

extension Tensor {
    /// Attention of the newest tokens of one sequence to everything in a layer's cache, causally.
    ///
    /// Up to `decodeRows` queries are taken one by one straight from the cache's blocks; more are taken as one
    /// product over gathered keys. A query sees all cached tokens up to its own (its keys are already appended).
    ///
    /// - Parameters:
    ///   - queries: `[1, tokens, heads·headWidth]`, the last `tokens` tokens of the cache.
    ///   - window: how many of the latest keys a query sees; nil for all.
    ///   - sinks: `[heads]`, as in `attention`.
    /// - Returns: `[1, tokens, heads·valueWidth]`
    package static func attention(
        queries: Tensor, cache: KeyValueCache.Layer, shape: AttentionShape, window: Int? = nil, sinks: Tensor? = nil
    ) -> Tensor {
        let tokens = queries.shape[1]
        precondition(queries.shape == [1, tokens, shape.queryWidth] && tokens <= cache.count, "\(queries.shape)")
        precondition(cache.keyWidth == shape.keyWidth && cache.valueWidth == shape.valuesWidth)
        guard tokens <= decodeRows else {
            var mask = AttentionMask.causal(batch: 1, queries: tokens, keys: cache.count)
            if let window { mask = mask.limited(toLast: window) }
            return attention(
                queries: queries, keys: cache.keys, values: cache.values, shape: shape, mask: mask, sinks: sinks)
        }
        let q = queries.floats
        return Tensor([1, tokens, shape.outputWidth]) { output in
            // One task for a few heads: a head alone is too little work to hand over while the cache is short.
            let headsPerTask = cache.count > 512 ? 1 : max(1, shape.heads / 4)
            let headTasks = (shape.heads + headsPerTask - 1) / headsPerTask
            WorkerPool.forEach(tokens * headTasks) { task in
                let token = task / headTasks
                let end = cache.count - tokens + token + 1
                let first = window.map { max(0, end - $0) } ?? 0
                let heads = task % headTasks * headsPerTask..<min(shape.heads, (task % headTasks + 1) * headsPerTask)
                let scores = MutableFloats(scratch: end - first)
                let part = MutableFloats(scratch: shape.valueWidth)
                for head in heads {
                    let query = token * shape.queryWidth + head * shape.headWidth
                    let target = token * shape.outputWidth + head * shape.valueWidth
                    cache.attend(
                        q[query..<query + shape.headWidth], head: head, visible: first..<end, shape: shape,
                        sink: sinks?.floats[head], scores: scores, part: part,
                        into: output[target..<target + shape.valueWidth])
                }
            }
        }
    }
}

extension KeyValueCache.Layer {
    /// One query of one head over the visible tokens, block by block.
    fileprivate func attend(
        _ query: Floats, head: Int, visible: Range<Int>, shape: AttentionShape, sink: Float?, scores: MutableFloats,
        part: MutableFloats, into output: MutableFloats
    ) {
        let keyStart = head / shape.group * shape.headWidth
        let valueStart = head / shape.group * shape.valueWidth
        forEachBlock(of: visible) { block, range, offset in
            let start = range.lowerBound * keyWidth + keyStart
            Kernels.attentionScores(
                query,
                keys: block.keys[start..<(range.upperBound - 1) * keyWidth + keyStart + shape.headWidth].readable,
                count: range.count, stride: keyWidth, scale: shape.scale, into: scores[offset..<offset + range.count])
        }
        let logSum = Kernels.softmax(scores, scale: 1)
        if let sink {
            let whole = max(logSum, sink) + log1p(exp(-abs(logSum - sink)))
            Kernels.scale(scores.readable, by: exp(logSum - whole), into: scores)
        }
        forEachBlock(of: visible) { block, range, offset in
            let start = range.lowerBound * valueWidth + valueStart
            let values = block.values[start..<(range.upperBound - 1) * valueWidth + valueStart + shape.valueWidth]
                .readable
            let probabilities = scores[offset..<offset + range.count].readable
            if offset == 0 {
                Kernels.attentionMix(probabilities, values: values, stride: valueWidth, into: output)
            } else {
                Kernels.attentionMix(probabilities, values: values, stride: valueWidth, into: part)
                Kernels.add(output.readable, part.readable, into: output)
            }
        }
    }

    /// The parts of the blocks that hold the tokens `visible`: block, tokens within it, tokens before it.
    private func forEachBlock(of visible: Range<Int>, _ body: (KeyValueBlock, Range<Int>, Int) -> Void) {
        var token = visible.lowerBound
        while token < visible.upperBound {
            let index = token / KeyValueCache.blockTokens
            let first = token % KeyValueCache.blockTokens
            let taken = min(KeyValueCache.blockTokens - first, visible.upperBound - token)
            body(blocks[index], first..<first + taken, token - visible.lowerBound)
            token += taken
        }
    }
}
