import Foundation
import TensorEngine

/// Layers written out as loops over Doubles: what the fast ones are compared with.
struct NaiveArithmetic {
    /// Values of the parameters, by their names.
    let weights: [String: Tensor]

    typealias Rows = [[Double]]

    /// The rows of `[rows, width]`, or of the only element of `[1, rows, width]`.
    static func rows(_ tensor: Tensor) -> Rows {
        let width = tensor.shape.last ?? 1
        let values = tensor.array.map(Double.init)
        return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    func linear(_ x: Rows, _ name: String) -> Rows {
        guard let weight = weights[name + ".weight"].map(Self.rows) else { return [] }
        let bias = weights[name + ".bias"]?.array.map(Double.init)
        return x.map { row in
            weight.enumerated().map { output, line in
                zip(row, line).reduce(bias?[output] ?? 0) { $0 + $1.0 * $1.1 }
            }
        }
    }

    func norm(_ x: Rows, _ name: String) -> Rows {
        guard let gain = weights[name + ".weight"]?.array, let bias = weights[name + ".bias"]?.array else { return [] }
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            return row.indices.map {
                (row[$0] - mean) / (variance + 1e-5).squareRoot() * Double(gain[$0]) + Double(bias[$0])
            }
        }
    }

    /// `feed_forward.{norm,expand,contract}` below `name`.
    func feedForward(_ x: Rows, _ name: String) -> Rows {
        let hidden = linear(norm(x, name + ".feed_forward.norm"), name + ".feed_forward.expand")
        return linear(
            hidden.map { $0.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }, name + ".feed_forward.contract")
    }

    /// Attention of each query to the keys in its range; nothing where the range is empty.
    func attention(_ q: Rows, _ k: Rows, _ v: Rows, heads: Int, visible: [Range<Int>]) -> Rows {
        let width = (q.first?.count ?? 0) / heads
        return q.enumerated().map { index, query in
            (0..<heads).flatMap { head -> [Double] in
                let columns = head * width..<(head + 1) * width
                let scores = visible[index].map { key in
                    exp(columns.reduce(0) { $0 + query[$1] * k[key][$1] } / Double(width).squareRoot())
                }
                let sum = scores.reduce(0, +)
                return columns.map { column in
                    zip(visible[index], scores).reduce(0) { $0 + v[$1.0][column] * $1.1 / sum }
                }
            }
        }
    }

    static func sum(_ a: Rows, _ b: Rows, scale: Double = 1) -> Rows {
        zip(a, b).map { zip($0, $1).map { $0 + $1 * scale } }
    }

    /// The greatest difference from `tensor`.
    static func difference(_ rows: Rows, _ tensor: Tensor) -> Double {
        let values = tensor.array
        let flat = rows.flatMap(\.self)
        guard flat.count == values.count, !flat.isEmpty else { return .infinity }
        return zip(flat, values).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
    }
}
