import Foundation
import TensorEngine

/// How a grid is resampled by cubic convolution (Keys 1981), as torch's two variants do it.
enum CubicKernel: Sendable {
    /// `interpolate(mode: "bicubic")`: a = −0.75, four taps, borders repeated.
    case plain
    /// `interpolate(mode: "bicubic", antialias: True)`: a = −0.5, the kernel as wide as the grid shrinks, weights beyond the
    /// border left out and the rest made to sum to 1.
    case antialiased
}

extension Tensor {
    /// A square grid of position embeddings resampled to another grid, as
    /// `torch.nn.functional.interpolate(mode: "bicubic", align_corners: False)` does.
    ///
    /// - Parameters:
    ///   - rows: rows of the new grid.
    ///   - columns: columns of the new grid.
    /// - Returns: `[rows·columns, width]` from `[side·side, width]`.
    func interpolatedGrid(rows: Int, columns: Int, kernel: CubicKernel = .plain) -> Tensor {
        let side = Int(Double(shape[0]).squareRoot().rounded())
        precondition(side * side == shape[0], "\(shape[0]) positions are not a square grid")
        let width = shape[1]
        let source = floats
        let vertical = CubicTaps.all(from: side, to: rows, kernel)
        let horizontal = CubicTaps.all(from: side, to: columns, kernel)
        let grid = Tensor([rows * columns, width]) { output in
            for row in 0..<rows {
                for column in 0..<columns {
                    let target = output[(row * columns + column) * width..<(row * columns + column + 1) * width]
                    for channel in 0..<width {
                        // Rows of taps first, then the column: torch's order.
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
        let positions = shape[0]
        return grid.recorded(from: [self]) { gradient in
            // The same weights the other way: [positions, rows·columns] by [rows·columns, width].
            let shares = Tensor([positions, rows * columns]) { shares in
                shares.fill(0)
                for row in 0..<rows {
                    for column in 0..<columns {
                        for (y, weightY) in zip(vertical[row].indices, vertical[row].weights) {
                            for (x, weightX) in zip(horizontal[column].indices, horizontal[column].weights) {
                                shares[(y * side + x) * rows * columns + row * columns + column] += weightX * weightY
                            }
                        }
                    }
                }
            }
            return [shares.matrixProduct(gradient)]
        }
    }
}

/// The source positions of one output position of cubic convolution, and their weights.
private struct CubicTaps {
    let indices: [Int]
    let weights: [Float]

    static func all(from source: Int, to target: Int, _ kernel: CubicKernel) -> [CubicTaps] {
        let scale = Float(source) / Float(target)
        return (0..<target).map { position in
            switch kernel {
            case .plain: plain(at: scale * (Float(position) + 0.5) - 0.5, of: source)
            case .antialiased: antialiased(at: scale * (Float(position) + 0.5), scale: scale, of: source)
            }
        }
    }

    private static func plain(at real: Float, of source: Int) -> CubicTaps {
        let base = real.rounded(.down)
        let fraction = real - base
        return CubicTaps(
            indices: (-1...2).map { min(max(Int(base) + $0, 0), source - 1) },
            weights: [fraction + 1, fraction, 1 - fraction, 2 - fraction].map { weight(at: $0, a: -0.75) })
    }

    private static func antialiased(at center: Float, scale: Float, of source: Int) -> CubicTaps {
        let stretch = max(scale, 1)
        let support = 2 * stretch
        let first = max(Int(center - support + 0.5), 0)
        let end = min(Int(center + support + 0.5), source)
        let indices = Array(first..<end)
        let weights = indices.map { weight(at: abs(Float($0) - center + 0.5) / stretch, a: -0.5) }
        let sum = weights.reduce(0, +)
        return CubicTaps(indices: indices, weights: weights.map { $0 / sum })
    }

    /// `(a+2)x³ − (a+3)x² + 1` for |x| ≤ 1, `ax³ − 5ax² + 8ax − 4a` for 1 < |x| < 2, 0 beyond.
    private static func weight(at x: Float, a: Float) -> Float {
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}
