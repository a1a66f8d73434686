import Foundation
import TensorEngine

extension Tensor {
    /// A square grid of position embeddings resampled to another grid, as
    /// `torch.nn.functional.interpolate(mode: "bicubic", align_corners: False)` does: cubic convolution with a = −0.75,
    /// borders repeated, no antialiasing.
    ///
    /// - Parameters:
    ///   - rows: rows of the new grid.
    ///   - columns: columns of the new grid.
    /// - Returns: `[rows·columns, width]` from `[side·side, width]`.
    func interpolatedGrid(rows: Int, columns: Int) -> Tensor {
        let side = Int(Double(shape[0]).squareRoot().rounded())
        precondition(side * side == shape[0], "\(shape[0]) positions are not a square grid")
        let width = shape[1]
        let source = floats
        let (vertical, horizontal) = (CubicTaps.all(from: side, to: rows), CubicTaps.all(from: side, to: columns))
        return Tensor([rows * columns, width]) { output in
            for row in 0..<rows {
                for column in 0..<columns {
                    let target = output[(row * columns + column) * width..<(row * columns + column + 1) * width]
                    for channel in 0..<width {
                        // Rows of four first, then the column: torch's order.
                        var sum: Float = 0
                        for (y, weightY) in zip(vertical[row].indices, vertical[row].weights) {
                            var line: Float = 0
                            for (x, weightX) in zip(horizontal[column].indices, horizontal[column].weights) {
                                line += source[(y * side + x) * width + channel] * weightX
                            }
                            sum += line * weightY
                        }
                        target[channel] = sum
                    }
                }
            }
        }
    }
}

/// The four source positions of one output position of cubic convolution, and their weights.
private struct CubicTaps {
    let indices: [Int]
    let weights: [Float]

    static func all(from source: Int, to target: Int) -> [CubicTaps] {
        let scale = Float(source) / Float(target)
        return (0..<target).map { position in
            let real = scale * (Float(position) + 0.5) - 0.5
            let base = real.rounded(.down)
            let fraction = real - base
            return CubicTaps(
                indices: (-1...2).map { min(max(Int(base) + $0, 0), source - 1) },
                weights: [outer(fraction + 1), inner(fraction), inner(1 - fraction), outer(2 - fraction)])
        }
    }

    private static let a: Float = -0.75

    /// `(a+2)x³ − (a+3)x² + 1` for |x| ≤ 1 (Keys 1981).
    private static func inner(_ x: Float) -> Float { ((a + 2) * x - (a + 3)) * x * x + 1 }

    /// `ax³ − 5ax² + 8ax − 4a` for 1 < |x| < 2.
    private static func outer(_ x: Float) -> Float { ((a * x - 5 * a) * x + 8 * a) * x - 4 * a }
}
