/// A weight made ready to stand on the right of many small products on one thread each.
///
/// Packed for our own kernel; for OpenBLAS the floats themselves, converted where they are stored otherwise.
struct PreparedSide: Sendable {
    private let packed: RightSide?
    private let view: MatrixView?
    private let isTransposed: Bool

    /// `weight` `[rows, columns]`, or its transpose, prepared on the calling thread for products of its precision.
    init(_ weight: Tensor, transposed: Bool) {
        isTransposed = transposed
        let source = StoredMatrix(weight, transposed: transposed)
        if MatrixProduct.isOwn {
            view = nil
            // Float rows of a small matrix are read in place as fast.
            packed =
                weight.dtype == .f32 && !transposed && weight.usedPrecision == .float32
                ? RightSide(MatrixView(weight.floats, rows: weight.shape[0], columns: weight.shape[1]))
                : RightSide(
                    packing: source, inner: 0..<source.inner, columns: 0..<source.columns,
                    precision: weight.usedPrecision,
                    onAllThreads: false)
        } else {
            packed = nil
            view = MatrixView(weight.converted(to: .f32).floats, rows: weight.shape[0], columns: weight.shape[1])
        }
    }

    /// `c = a·self (+ c)` on the calling thread.
    func multiply(_ a: MatrixView, into c: MutableMatrixView, adding: Bool = false) {
        if let packed {
            let left = LeftSide(a, transposed: false, precision: packed.precision, onAllThreads: false)
            left.multiply(rows: 0..<c.rows, by: packed, from: 0, into: c, scale: 1, bias: nil, adding: adding)
        } else if let view {
            MatrixProduct.serial(a, by: view, otherTransposed: isTransposed, into: c, adding: adding)
        }
    }
}
