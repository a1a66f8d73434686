import CKernels

extension Tensor {
    /// The same values stored as `target`, owned; itself where it already is.
    ///
    /// Rounds to nearest even; block types quantise as `ckernels.h` says. The result is a leaf without a gradient.
    package func converted(to target: DType) -> Tensor {
        if dtype == target { return self }
        if dtype != .f32, target != .f32 { return converted(to: .f32).converted(to: target) }
        let width = shape.last ?? 1
        precondition(width % target.blockLength == 0, "rows of \(width) are not whole blocks of \(target)")
        let output = TensorStorage(byteCount: target.byteCount(of: count))
        let rows = count / max(1, width)
        WorkerPool.forEachRange(ofRows: rows, width: width, elements: 1 << 18) { range in
            let sourceStart = byteOffset + dtype.byteCount(of: range.lowerBound * width)
            let targetStart = target.byteCount(of: range.lowerBound * width)
            let elements = range.count * width
            if target == .f32 {
                unsafe kernels.functions.to_f32(
                    dtype.code, storage.base + sourceStart,
                    (output.base + targetStart).assumingMemoryBound(to: Float.self), elements)
            } else {
                unsafe kernels.functions.from_f32(
                    target.code, (storage.base + sourceStart).assumingMemoryBound(to: Float.self),
                    output.base + targetStart, elements)
            }
        }
        return Tensor(shape: shape, dtype: target, storage: output, byteOffset: 0)
    }

    /// Converts elements `range` (whole blocks) to float32 in `scratch`.
    func convert(_ range: Range<Int>, into scratch: MutableFloats) {
        precondition(range.count == scratch.count && range.upperBound <= count)
        let start = byteOffset + dtype.byteCount(of: range.lowerBound)
        unsafe kernels.functions.to_f32(dtype.code, storage.base + start, scratch.pointer, range.count)
    }

    /// A copy in owned memory; gradients do not pass.
    package var ownedCopy: Tensor {
        let copy = TensorStorage(byteCount: byteCount)
        unsafe copy.base.copyMemory(from: storage.base + byteOffset, byteCount: byteCount)
        return Tensor(shape: shape, dtype: dtype, storage: copy, byteOffset: 0)
    }
}
