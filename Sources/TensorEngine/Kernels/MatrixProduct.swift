import CKernels
import COpenBLAS

/// A float32 matrix inside a view: `rows × columns`, consecutive rows `stride` elements apart.
struct MatrixView {
    let elements: Floats
    let rows: Int
    let columns: Int
    let stride: Int

    init(_ elements: Floats, rows: Int, columns: Int, stride: Int? = nil) {
        self.elements = elements
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        precondition(rows == 0 || columns == 0 || (rows - 1) * self.stride + columns <= elements.count)
    }
}

/// The output of a product: `rows × columns`, rows `stride` apart.
struct MutableMatrixView {
    let elements: MutableFloats
    let rows: Int
    let columns: Int
    let stride: Int

    init(_ elements: MutableFloats, rows: Int, columns: Int, stride: Int? = nil) {
        self.elements = elements
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? columns
        precondition(rows == 0 || columns == 0 || (rows - 1) * self.stride + columns <= elements.count)
    }
}

/// Float32 matrix products: our own kernel where the processor's vectors are wide, else OpenBLAS.
///
/// The own kernel adds the terms of an element in an order that depends on the inner length alone; on either, the cut
/// into tasks depends on the sizes alone where it matters. The same product has the same bits on any number of threads.
enum MatrixProduct {
    /// Whether products are our own.
    static let isOwn = unsafe kernels.functions.wide_products
    /// Terms after which the own kernel puts its sums away: pieces of a multiple of this many change no bit.
    static let depth = 256
    /// Floats of a right side that are packed at a time.
    private static let packedElements = 1 << 20

    /// `c = scale·op(a)·op(b)`, added to c where `adding`, on the calling thread.
    static func serial(
        _ a: MatrixView, transposed transposeA: Bool = false, by b: MatrixView,
        otherTransposed transposeB: Bool = false, into c: MutableMatrixView, scale: Float = 1, adding: Bool = false
    ) {
        let inner = transposeA ? a.rows : a.columns
        precondition((transposeA ? a.columns : a.rows) == c.rows && (transposeB ? b.rows : b.columns) == c.columns)
        precondition(inner == (transposeB ? b.columns : b.rows))
        guard c.rows > 0, c.columns > 0 else { return }
        guard isOwn else {
            unsafe cblas_sgemm(
                CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
                blasint(c.rows), blasint(c.columns), blasint(inner), scale, a.elements.pointer,
                blasint(max(1, a.stride)), b.elements.pointer, blasint(max(1, b.stride)), adding ? 1 : 0,
                c.elements.pointer, blasint(max(1, c.stride)))
            return
        }
        let right =
            transposeB
            ? RightSide(
                packing: StoredMatrix(b, transposed: true), inner: 0..<inner, columns: 0..<c.columns,
                onAllThreads: false) : RightSide(b)
        right.multiply(a, transposed: transposeA, from: 0, into: c, scale: scale, bias: nil, adding: adding)
    }

    /// `c = op(a)·op(b) (+ bias in every row)` on all threads.
    static func parallel(
        _ a: MatrixView, transposed transposeA: Bool = false, by b: MatrixView,
        otherTransposed transposeB: Bool = false, into c: MutableMatrixView, bias: Floats? = nil,
        precision: ProductPrecision = .float32
    ) {
        guard isOwn else {
            onOpenBLAS(a, transposed: transposeA, by: b, otherTransposed: transposeB, into: c, bias: bias)
            return
        }
        // A side that is small enough for the caches, or used by few rows, is as well read in place.
        if precision == .float32, !transposeB, b.rows * b.columns <= 1 << 16 || c.rows < 64 {
            let left = LeftSide(a, transposed: transposeA, precision: .float32, onAllThreads: true)
            multiply(left, by: RightSide(b), into: c, bias: bias, adding: false)
            return
        }
        packed(
            a, transposed: transposeA, by: StoredMatrix(b, transposed: transposeB), into: c, bias: bias,
            precision: precision)
    }

    /// The same by a stored matrix, packed piece by piece: never a second copy of a large weight.
    static func packed(
        _ a: MatrixView, transposed: Bool = false, by b: StoredMatrix, into c: MutableMatrixView, bias: Floats? = nil,
        precision: ProductPrecision = .float32
    ) {
        let isWide = b.columns >= b.inner
        let columnStep = isWide ? max(128, packedElements / max(1, b.inner) / 128 * 128) : b.columns
        let innerStep = isWide ? b.inner : max(depth, packedElements / max(1, b.columns) / depth * depth)
        for start in stride(from: 0, to: max(1, b.inner), by: max(1, innerStep)) {
            let inner = start..<min(b.inner, start + innerStep)
            let left = LeftSide(
                transposed ? a.rows(inner) : a.columns(inner), transposed: transposed, precision: precision,
                onAllThreads: true)
            for first in stride(from: 0, to: max(1, b.columns), by: max(1, columnStep)) {
                let columns = first..<min(b.columns, first + columnStep)
                let side = RightSide(
                    packing: b, inner: inner, columns: columns, precision: precision, onAllThreads: true)
                multiply(
                    left, by: side, into: c.part(0..<c.rows, columns), bias: start == 0 ? bias?[columns] : nil,
                    adding: start > 0)
            }
        }
    }

    /// `c = left·side (+ bias) (+ c)` by our own kernels, tiles of c cut over threads.
    private static func multiply(
        _ left: LeftSide, by side: RightSide, into c: MutableMatrixView, bias: Floats?, adding: Bool
    ) {
        var (rowSize, columnSize) = (192, 256)
        let tasks = { ((c.rows + rowSize - 1) / rowSize) * ((c.columns + columnSize - 1) / columnSize) }
        // Enough tasks that no thread waits long for another, none of them shorter than the handing over.
        while tasks() < 4 * WorkerPool.threads, rowSize * columnSize * side.inner > 1 << 19,
            max(rowSize, columnSize) > 48
        {
            if rowSize >= columnSize { rowSize = rowSize / 2 / 12 * 12 } else { columnSize /= 2 }
        }
        let columnTiles = (c.columns + columnSize - 1) / columnSize
        WorkerPool.forEach(tasks()) { tile in
            let rows = range(tile / columnTiles, size: rowSize, of: c.rows)
            let columns = range(tile % columnTiles, size: columnSize, of: c.columns)
            left.multiply(
                rows: rows, by: side, from: columns.lowerBound, into: c.part(rows, columns), scale: 1, bias: bias,
                adding: adding)
        }
    }

    /// Rows and columns of the tiles that large products are cut into for OpenBLAS.
    private static let tileRows = 384
    private static let tileColumns = 768

    private static func onOpenBLAS(
        _ a: MatrixView, transposed transposeA: Bool, by b: MatrixView, otherTransposed transposeB: Bool,
        into c: MutableMatrixView, bias: Floats?
    ) {
        if let bias {
            for row in 0..<c.rows { c.part(row..<row + 1, 0..<c.columns).elements.copy(from: bias) }
        }
        let inner = transposeA ? a.rows : a.columns
        guard c.rows * c.columns * inner > 1 << 19 else {
            serial(a, transposed: transposeA, by: b, otherTransposed: transposeB, into: c, adding: bias != nil)
            return
        }
        // Long and thin: cut the long side. Both long: cut both. Small in both: halve the longer.
        let rowSize =
            c.rows > tileRows * 4 / 3 || c.columns > tileColumns ? tileRows : half(c.rows, unless: c.columns > c.rows)
        let columnSize = c.columns > tileColumns * 4 / 3 ? tileColumns : half(c.columns, unless: c.rows >= c.columns)
        let rowTiles = (c.rows + rowSize - 1) / rowSize
        let columnTiles = (c.columns + columnSize - 1) / columnSize
        WorkerPool.forEach(rowTiles * columnTiles) { tile in
            let rows = range(tile / columnTiles, size: rowSize, of: c.rows)
            let columns = range(tile % columnTiles, size: columnSize, of: c.columns)
            serial(
                transposeA ? a.columns(rows) : a.rows(rows), transposed: transposeA,
                by: transposeB ? b.rows(columns) : b.columns(columns), otherTransposed: transposeB,
                into: c.part(rows, columns), adding: bias != nil)
        }
    }

    private static func half(_ count: Int, unless keepsWhole: Bool) -> Int {
        keepsWhole || count < 64 ? max(1, count) : (count / 2 + 15) / 16 * 16
    }

    private static func range(_ tile: Int, size: Int, of count: Int) -> Range<Int> {
        tile * size..<min(count, (tile + 1) * size)
    }
}

extension MatrixView {
    /// Some of the rows.
    func rows(_ range: Range<Int>) -> MatrixView {
        let start = range.lowerBound * stride
        let end = range.isEmpty ? start : (range.upperBound - 1) * stride + columns
        return MatrixView(elements[start..<end], rows: range.count, columns: columns, stride: stride)
    }

    /// Some of the columns.
    func columns(_ range: Range<Int>) -> MatrixView {
        let end = rows == 0 ? range.lowerBound : (rows - 1) * stride + range.upperBound
        return MatrixView(elements[range.lowerBound..<end], rows: rows, columns: range.count, stride: stride)
    }
}

extension MutableMatrixView {
    /// The block of these rows and columns.
    func part(_ rowRange: Range<Int>, _ columnRange: Range<Int>) -> MutableMatrixView {
        let start = rowRange.lowerBound * stride + columnRange.lowerBound
        let end = rowRange.isEmpty ? start : (rowRange.upperBound - 1) * stride + columnRange.upperBound
        return MutableMatrixView(
            elements[start..<end], rows: rowRange.count, columns: columnRange.count, stride: stride)
    }

    /// Sets every element to `value`.
    func fill(_ value: Float) {
        for row in 0..<rows { elements[row * stride..<row * stride + columns].fill(value) }
    }

    /// The same elements for reading.
    var readable: MatrixView { MatrixView(elements.readable, rows: rows, columns: columns, stride: stride) }
}
