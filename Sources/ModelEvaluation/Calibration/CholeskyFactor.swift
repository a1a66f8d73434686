/// The lower triangular L of a symmetric, positive definite matrix L·Lᵀ.
package struct CholeskyFactor: Sendable {
    /// Rows and columns.
    package let width: Int
    /// `[width, width]`, row-major; 0 above the diagonal.
    private let lower: [Double]

    /// The factor of a matrix.
    ///
    /// - Parameter matrix: `[width, width]`, row-major, symmetric.
    /// - Throws: `MetricError.valueOutOfRange` with the row where it turns out not to be positive definite.
    /// - Complexity: O(width³).
    package init(_ matrix: [Double], width: Int) throws(MetricError) {
        precondition(matrix.count == width * width, "\(matrix.count) elements for [\(width), \(width)]")
        var lower = [Double](repeating: 0, count: width * width)
        for row in 0..<width {
            for column in 0...row {
                var sum = matrix[row * width + column]
                for k in 0..<column { sum -= lower[row * width + k] * lower[column * width + k] }
                if row > column {
                    lower[row * width + column] = sum / lower[column * width + column]
                    continue
                }
                guard sum > 0, sum.isFinite else {
                    throw .valueOutOfRange(
                        metric: "Cholesky factor", index: row, value: sum, allowed: "a positive definite matrix")
                }
                lower[row * width + row] = sum.squareRoot()
            }
        }
        self.width = width
        self.lower = lower
    }

    /// x where L·Lᵀ·x = `right`.
    package func solution(_ right: [Double]) -> [Double] {
        var x = right
        for row in 0..<width {
            for k in 0..<row { x[row] -= lower[row * width + k] * x[k] }
            x[row] /= lower[row * width + row]
        }
        for row in (0..<width).reversed() {
            for k in row + 1..<max(row + 1, width) { x[row] -= lower[k * width + row] * x[k] }
            x[row] /= lower[row * width + row]
        }
        return x
    }

    /// L⁻¹, `[width, width]`, row-major, lower triangular: it takes vectors of covariance L·Lᵀ to covariance 1.
    package var inverse: [Double] {
        var inverse = [Double](repeating: 0, count: width * width)
        for column in 0..<width {
            inverse[column * width + column] = 1 / lower[column * width + column]
            for row in column + 1..<max(column + 1, width) {
                var sum = 0.0
                for k in column..<row { sum -= lower[row * width + k] * inverse[k * width + column] }
                inverse[row * width + column] = sum / lower[row * width + row]
            }
        }
        return inverse
    }
}
