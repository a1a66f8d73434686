import Foundation
import TensorEngine

/// T5's relative positions (Raffel et al. 2020, §2.1): a number a head is added to each score, looked up by how far the key
/// stands from the query. Near distances have a number each, far ones share it with others in logarithmic steps.
package struct RelativePositionBias: Sendable {
    /// `[buckets, heads]`
    package let table: Parameter
    private let buckets: Int
    private let heads: Int
    private let greatestDistance: Int
    private let isBidirectional: Bool

    /// The table `relative_attention_bias` at `scope`.
    ///
    /// - Parameter isBidirectional: whether keys after the query have numbers of their own (encoders).
    package init(heads: Int, buckets: Int, greatestDistance: Int, isBidirectional: Bool, in scope: ParameterScope) {
        table = (scope / "relative_attention_bias").parameter("weight", [buckets, heads])
        self.buckets = buckets
        self.heads = heads
        self.greatestDistance = greatestDistance
        self.isBidirectional = isBidirectional
    }

    /// What is added to the scores of queries at the positions `queries` with keys at `0..<keys`.
    ///
    /// - Returns: `[heads, queries, keys]`
    package func callAsFunction(queries: Range<Int>, keys: Int) -> Tensor {
        let values = table.tensor.array
        let first = -(queries.upperBound - 1)
        let rows = (first..<max(first + 1, keys - queries.lowerBound)).map {
            Self.bucket(
                $0, buckets: buckets, greatestDistance: greatestDistance, isBidirectional: isBidirectional)
        }
        return Tensor([heads, queries.count, keys]) { output in
            for head in 0..<heads {
                for (row, query) in queries.enumerated() {
                    for key in 0..<keys {
                        output[(head * queries.count + row) * keys + key] =
                            values[rows[key - query - first] * heads + head]
                    }
                }
            }
        }
    }

    /// The row of the table for a key `offset` tokens after the query.
    ///
    /// Float32 arithmetic in transformers' order, so that distances at the edge of a step fall on the same side.
    package static func bucket(
        _ offset: Int, buckets: Int, greatestDistance: Int, isBidirectional: Bool
    ) -> Int {
        let count = isBidirectional ? buckets / 2 : buckets
        let start = isBidirectional && offset > 0 ? count : 0
        let distance = isBidirectional ? abs(offset) : max(0, -offset)
        let exact = count / 2
        if distance < exact { return start + distance }
        let steps = logf(Float(distance) / Float(exact)) / Float(log(Double(greatestDistance) / Double(exact)))
        return start + min(count - 1, exact + Int(steps * Float(count - exact)))
    }
}
