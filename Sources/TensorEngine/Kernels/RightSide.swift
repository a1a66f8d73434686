import CKernels

/// The right side of a product, `inner × columns`, as the kernel reads it: in place, or packed in panels of columns.
///
/// Packing turns a transposed side round, makes floats of weights of any type, and puts side by side what is read
/// together. A piece of an operand can be packed by itself: values do not depend on the cut.
struct RightSide: Sendable {
    private let elements: Floats
    /// Elements from one inner index to the next, and from one panel of columns to the next.
    private let row: Int
    private let panel: Int
    /// Whether the elements are pairs of bf16.
    let precision: ProductPrecision
    let inner: Int
    let columns: Int

    private init(
        _ elements: Floats, row: Int, panel: Int, inner: Int, columns: Int, precision: ProductPrecision = .float32
    ) {
        self.elements = elements
        self.row = row
        self.panel = panel
        self.precision = precision
        self.inner = inner
        self.columns = columns
    }

    /// Read in place.
    init(_ view: MatrixView) {
        self.init(view.elements, row: view.stride, panel: Self.panelColumns, inner: view.rows, columns: view.columns)
    }

    static let panelColumns = CK_COLUMN_PANEL

    /// Columns `columns` and inner indices `inner` of `source`, packed on the calling thread or on all threads.
    init(
        packing source: StoredMatrix, inner: Range<Int>, columns: Range<Int>, precision: ProductPrecision = .float32,
        onAllThreads: Bool
    ) {
        let panels = (columns.count + Self.panelColumns - 1) / Self.panelColumns
        // Elements, or pairs of halves, of a panel.
        let panel = Self.panelColumns * (precision == .bf16 ? (inner.count + 1) / 2 : inner.count)
        let packed = MutableFloats(scratch: panels * panel)
        // About 64 KiB a task: packing is copying.
        let size = onAllThreads ? max(1, (1 << 14) / max(1, panel)) : panels
        WorkerPool.forEachRange(of: panels, size: max(1, size)) { (range: Range<Int>) in
            let first = columns.lowerBound + range.lowerBound * Self.panelColumns
            let end = min(columns.upperBound, columns.lowerBound + range.upperBound * Self.panelColumns)
            source.pack(
                inner: inner, columns: first..<end, precision: precision,
                into: packed[range.lowerBound * panel..<range.upperBound * panel])
        }
        self.init(
            packed.readable, row: Self.panelColumns, panel: panel, inner: inner.count, columns: columns.count,
            precision: precision)
    }

    /// `c = a·self (+ bias) (+ c)` from the panels of a left side of the same precision.
    func multiply(packed a: Floats, from first: Int, into c: MutableMatrixView, bias: Floats?, adding: Bool) {
        precondition(precision == .bf16 && first % Self.panelColumns == 0 && first + c.columns <= columns)
        precondition(
            a.count * 4 >= ck_bf16_packed_bytes(CK_ROW_PANEL, c.rows, inner) && (bias?.count ?? columns) == columns)
        guard c.rows > 0, c.columns > 0 else { return }
        let start = first / Self.panelColumns * panel
        unsafe kernels.functions.bf16_gemm(
            a.pointer, elements.pointer + start, c.rows, c.columns, inner, adding,
            bias.map { unsafe $0.pointer + first }, c.elements.pointer, c.stride)
    }

    /// `c = scale·op(a)·self (+ bias) (+ c)` for columns from `first` on, as many as c has, on the calling thread.
    func multiply(
        _ a: MatrixView, transposed: Bool, from first: Int, into c: MutableMatrixView, scale: Float, bias: Floats?,
        adding: Bool
    ) {
        precondition(precision == .float32 && first % Self.panelColumns == 0 && first + c.columns <= columns)
        precondition((transposed ? a.rows : a.columns) == inner && (transposed ? a.columns : a.rows) == c.rows)
        precondition((bias?.count ?? columns) == columns)
        guard c.rows > 0, c.columns > 0 else { return }
        let start = first / Self.panelColumns * panel
        let left = unsafe a.elements.pointer
        let right = unsafe elements.pointer + start
        let added = unsafe bias.map { unsafe $0.pointer + first }
        unsafe kernels.functions.f32_product(
            left, transposed ? 1 : a.stride, transposed ? a.stride : 1, right, row, panel, c.rows, c.columns, inner,
            scale, added, adding, c.elements.pointer, c.stride)
    }
}

/// A matrix as it is stored, any type, perhaps to be read turned round: what a right side is packed from.
struct StoredMatrix: Sendable {
    private let storage: TensorStorage
    private let byteOffset: Int
    let dtype: DType
    /// Elements from one stored row to the next.
    private let stride: Int
    /// Whether stored rows are the product's columns (`x·Wᵀ`) rather than its inner indices.
    let isTransposed: Bool
    let inner: Int
    let columns: Int

    /// A weight `[rows, width]`; of its transpose where `transposed`.
    init(_ weight: Tensor, transposed: Bool) {
        precondition(weight.shape.count == 2)
        (storage, byteOffset, dtype) = (weight.storage, weight.byteOffset, weight.dtype)
        stride = weight.shape[1]
        isTransposed = transposed
        inner = weight.shape[transposed ? 1 : 0]
        columns = weight.shape[transposed ? 0 : 1]
    }

    /// Floats; of their transpose where `transposed`.
    init(_ view: MatrixView, transposed: Bool) {
        (storage, byteOffset, dtype) = (view.elements.storage, view.elements.start * 4, .f32)
        stride = view.stride
        isTransposed = transposed
        inner = transposed ? view.columns : view.rows
        columns = transposed ? view.rows : view.columns
    }

    /// Columns `columns` (from a block's beginning) by inner indices `inner` into panels.
    func pack(inner: Range<Int>, columns: Range<Int>, precision: ProductPrecision, into packed: MutableFloats) {
        let (first, across) =
            isTransposed ? (columns.lowerBound, inner.lowerBound) : (inner.lowerBound, columns.lowerBound)
        precondition(columns.upperBound <= self.columns && inner.upperBound <= self.inner)
        precondition(across % dtype.blockLength == 0)
        guard !inner.isEmpty, !columns.isEmpty else { return }
        let offset = byteOffset + dtype.byteCount(of: first * stride + across)
        switch precision {
        case .float32:
            precondition(packed.count * 4 >= ck_f32_packed_bytes(columns.count, inner.count))
            unsafe kernels.functions.f32_pack(
                dtype.code, storage.base + offset, stride, !isTransposed, columns.count, inner.count, packed.pointer)
        case .bf16:
            precondition(packed.count * 4 >= ck_bf16_packed_bytes(CK_COLUMN_PANEL, columns.count, inner.count))
            unsafe kernels.functions.bf16_pack(
                dtype.code, storage.base + offset, stride, !isTransposed, columns.count, inner.count, CK_COLUMN_PANEL,
                packed.pointer)
        }
    }
}
