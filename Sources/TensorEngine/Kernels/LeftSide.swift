import CKernels

/// The left side of a product by our own kernels: floats in place, or rounded to bf16 and packed.
struct LeftSide: Sendable {
    private let view: MatrixView
    private let isTransposed: Bool
    private let packed: Floats?
    let inner: Int

    static let panelRows = CK_ROW_PANEL

    /// op(view), read in place or packed for `precision`, on the calling thread or on all.
    init(_ view: MatrixView, transposed: Bool, precision: ProductPrecision, onAllThreads: Bool) {
        self.view = view
        isTransposed = transposed
        inner = transposed ? view.rows : view.columns
        guard precision == .bf16 else {
            packed = nil
            return
        }
        let (rows, inner) = (transposed ? view.columns : view.rows, inner)
        let target = MutableFloats(scratch: ck_bf16_packed_bytes(Self.panelRows, rows, inner) / 4)
        let panels = (rows + Self.panelRows - 1) / Self.panelRows
        let size = onAllThreads ? max(1, (1 << 15) / max(1, inner * Self.panelRows)) : panels
        WorkerPool.forEachRange(of: panels, size: max(1, size)) { (range: Range<Int>) in
            let lines = range.lowerBound * Self.panelRows..<min(rows, range.upperBound * Self.panelRows)
            let part = transposed ? view.columns(lines) : view.rows(lines)
            let start = ck_bf16_packed_bytes(Self.panelRows, lines.lowerBound, inner) / 4
            unsafe kernels.functions.bf16_pack(
                CK_F32, part.elements.pointer, view.stride, transposed, lines.count, inner, Self.panelRows,
                target.pointer + start)
        }
        packed = target.readable
    }

    /// Rows `rows` (from a panel's beginning) times columns from `first` on of `right`, into c.
    func multiply(
        rows: Range<Int>, by right: RightSide, from first: Int, into c: MutableMatrixView, scale: Float, bias: Floats?,
        adding: Bool
    ) {
        guard let packed else {
            right.multiply(
                isTransposed ? view.columns(rows) : view.rows(rows), transposed: isTransposed, from: first, into: c,
                scale: scale, bias: bias, adding: adding)
            return
        }
        precondition(scale == 1 && rows.lowerBound % Self.panelRows == 0 && rows.count == c.rows)
        let start = ck_bf16_packed_bytes(Self.panelRows, rows.lowerBound, inner) / 4
        right.multiply(packed: packed[start..<packed.count], from: first, into: c, bias: bias, adding: adding)
    }
}
