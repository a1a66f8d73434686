import CKernels

/// Kernels that work on whole rows: several rows a call, so that a small width does not pay for the call.
extension Kernels {
    /// Layer normalisation of rows of `width`; `statistics` gets mean and 1/σ of each row, in pairs.
    static func layerNorm(
        _ x: Floats, gain: Floats?, bias: Floats?, epsilon: Float, width: Int, into y: MutableFloats,
        statistics: MutableFloats
    ) {
        let rows = x.count / width
        precondition(y.count == x.count && statistics.count == 2 * rows && (gain?.count ?? width) == width)
        precondition((bias?.count ?? width) == width)
        let gainPointer = unsafe gain?.pointer
        let biasPointer = unsafe bias?.pointer
        for row in 0..<rows {
            unsafe kernels.functions.layer_norm(
                x.pointer + row * width, gainPointer, biasPointer, epsilon, y.pointer + row * width, width,
                statistics.pointer + 2 * row, statistics.pointer + 2 * row + 1)
        }
    }

    /// The gradient of `layerNorm` with respect to `x`; those of gain and bias are added to `dgain`, `dbias`.
    static func layerNormBackward(
        _ x: Floats, gain: Floats?, statistics: Floats, gradient dy: Floats, width: Int, into dx: MutableFloats,
        dgain: MutableFloats?, dbias: MutableFloats?
    ) {
        let rows = x.count / width
        precondition(dy.count == x.count && dx.count == x.count && statistics.count == 2 * rows)
        precondition((dgain?.count ?? width) == width && (dbias?.count ?? width) == width)
        for row in 0..<rows {
            unsafe kernels.functions.layer_norm_backward(
                x.pointer + row * width, gain?.pointer, statistics[2 * row], statistics[2 * row + 1],
                dy.pointer + row * width, dx.pointer + row * width, dgain?.pointer, dbias?.pointer, width)
        }
    }

    /// Root-mean-square normalisation of rows of `width`; `scales` gets 1/rms of each row.
    static func rmsNorm(
        _ x: Floats, gain: Floats?, gainOffset: Float, epsilon: Float, width: Int, into y: MutableFloats,
        scales: MutableFloats
    ) {
        let rows = x.count / width
        precondition(y.count == x.count && scales.count == rows && (gain?.count ?? width) == width)
        for row in 0..<rows {
            unsafe kernels.functions.rms_norm(
                x.pointer + row * width, gain?.pointer, gainOffset, epsilon, y.pointer + row * width, width,
                scales.pointer + row)
        }
    }

    /// The gradient of `rmsNorm` with respect to `x`; that of the gain is added to `dgain`.
    static func rmsNormBackward(
        _ x: Floats, gain: Floats?, gainOffset: Float, scales: Floats, gradient dy: Floats, width: Int,
        into dx: MutableFloats, dgain: MutableFloats?
    ) {
        let rows = x.count / width
        precondition(dy.count == x.count && dx.count == x.count && scales.count == rows)
        for row in 0..<rows {
            unsafe kernels.functions.rms_norm_backward(
                x.pointer + row * width, gain?.pointer, gainOffset, scales[row], dy.pointer + row * width,
                dx.pointer + row * width, dgain?.pointer, width)
        }
    }

    /// Softmax of `scale·x` over one row, in place; returns the logarithm of the sum.
    @discardableResult
    static func softmax(_ x: MutableFloats, scale: Float) -> Float {
        unsafe kernels.functions.softmax(x.pointer, scale, x.pointer, x.count)
    }

    /// Softmax of `scale·x` over one row; returns the logarithm of the sum.
    @discardableResult
    static func softmax(_ x: Floats, scale: Float, into y: MutableFloats) -> Float {
        precondition(x.count == y.count)
        return unsafe kernels.functions.softmax(x.pointer, scale, y.pointer, x.count)
    }

    /// The gradient of softmax over one row, from the probabilities and their gradient.
    static func softmaxBackward(_ p: Floats, gradient dp: Floats, scale: Float, into dx: MutableFloats) {
        precondition(p.count == dx.count && dp.count == dx.count)
        unsafe kernels.functions.softmax_backward(p.pointer, dp.pointer, scale, dx.pointer, p.count)
    }

    /// Rotates the `rotary` leading elements of each of `heads` heads of one token, in place.
    static func rotate(
        _ x: MutableFloats, heads: Int, headWidth: Int, rotary: Int, cosines: Floats, sines: Floats, interleaved: Bool
    ) {
        precondition(x.count >= heads * headWidth && rotary <= headWidth && rotary % 2 == 0)
        precondition(cosines.count == rotary / 2 && sines.count == rotary / 2)
        unsafe kernels.functions.rotate(
            x.pointer, heads, headWidth, rotary, cosines.pointer, sines.pointer, interleaved)
    }

    /// `scores[j] = scale · q·k[j]` for keys `stride` elements apart.
    static func attentionScores(
        _ q: Floats, keys k: Floats, count: Int, stride: Int, scale: Float, into scores: MutableFloats
    ) {
        guard count > 0 else { return }
        precondition(scores.count == count && k.count >= (count - 1) * stride + q.count)
        unsafe kernels.functions.attention_scores(q.pointer, k.pointer, count, stride, q.count, scale, scores.pointer)
    }

    /// `y = Σ_j p[j]·v[j]` for values `stride` elements apart.
    static func attentionMix(_ p: Floats, values v: Floats, stride: Int, into y: MutableFloats) {
        precondition(p.count > 0 && v.count >= (p.count - 1) * stride + y.count)
        unsafe kernels.functions.attention_mix(p.pointer, v.pointer, p.count, stride, y.count, y.pointer)
    }
}
