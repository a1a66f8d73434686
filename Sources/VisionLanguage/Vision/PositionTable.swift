import TensorEngine

/// Learned positions of a vision transformer: one a patch of the trained grid, behind those of tokens without a place.
struct PositionTable: Sendable {
    /// `[…, leading + side·side, width]`
    private let table: Parameter
    /// Positions before the grid's first: 1 for a class token, else 0.
    private let leading: Int
    private let side: Int
    private let width: Int
    private let kernel: CubicKernel

    /// The positions in `table` of a grid of `side` by `side`.
    init(_ table: Parameter, leading: Int, side: Int, width: Int, kernel: CubicKernel = .plain) {
        self.table = table
        self.leading = leading
        self.side = side
        self.width = width
        self.kernel = kernel
    }

    /// The positions of a grid, interpolated where it is not the trained one.
    ///
    /// - Returns: `[leading + rows·columns, width]`
    func callAsFunction(rows: Int, columns: Int) -> Tensor {
        let whole = table.tensor.converted32().reshaped([leading + side * side, width])
        if rows == side, columns == side { return whole }
        let trained = whole.slice(leading..<leading + side * side)
        let grid = trained.interpolatedGrid(rows: rows, columns: columns, kernel: kernel)
        return leading == 0 ? grid : .concatenated([whole.slice(0..<leading), grid])
    }
}
