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

/// Float32 matrix products on OpenBLAS.
enum MatrixProduct {
    /// `c = scale·op(a)·op(b) + keep·c` on the calling thread.
    static func serial(
        _ a: MatrixView, transposed transposeA: Bool = false, by b: MatrixView,
        otherTransposed transposeB: Bool = false,
        into c: MutableMatrixView, scale: Float = 1, keeping keep: Float = 0
    ) {
        let inner = transposeA ? a.rows : a.columns
        precondition((transposeA ? a.columns : a.rows) == c.rows && (transposeB ? b.rows : b.columns) == c.columns)
        precondition(inner == (transposeB ? b.columns : b.rows))
        guard c.rows > 0, c.columns > 0 else { return }
        unsafe cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(c.rows), blasint(c.columns), blasint(inner), scale, a.elements.pointer, blasint(max(1, a.stride)),
            b.elements.pointer, blasint(max(1, b.stride)), keep, c.elements.pointer, blasint(max(1, c.stride)))
    }

    /// Rows and columns of the tiles that large products are cut into. The cut depends on the sizes alone, so the
    /// same product has the same bits on any number of threads.
    private static let tileRows = 384
    private static let tileColumns = 768

    /// `c = scale·op(a)·op(b) + keep·c` on all threads.
    static func parallel(
        _ a: MatrixView, transposed transposeA: Bool = false, by b: MatrixView,
        otherTransposed transposeB: Bool = false,
        into c: MutableMatrixView, scale: Float = 1, keeping keep: Float = 0
    ) {
        let inner = transposeA ? a.rows : a.columns
        guard c.rows * c.columns * inner > 1 << 19 else {
            serial(a, transposed: transposeA, by: b, otherTransposed: transposeB, into: c, scale: scale, keeping: keep)
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
                into: c.part(rows, columns), scale: scale, keeping: keep)
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

    /// The same elements for reading.
    var readable: MatrixView { MatrixView(elements.readable, rows: rows, columns: columns, stride: stride) }
}
