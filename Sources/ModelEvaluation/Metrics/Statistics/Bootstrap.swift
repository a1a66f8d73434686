import TensorEngine

/// Percentile bootstrap over examples (Efron 1979), for scores that are no means: BLEU, F1, METEOR of a corpus.
package struct Bootstrap: Sendable, Equatable {
    /// 2.5th percentile of the resampled scores.
    package let low: Double
    /// 97.5th percentile.
    package let high: Double
    /// Standard deviation of the resampled scores: the standard error.
    package let standardError: Double

    /// Resamples `count` examples with replacement.
    ///
    /// - Parameters:
    ///   - count: number of examples.
    ///   - resamples: how often.
    ///   - seed: stored with the result; the same seed gives the same interval.
    ///   - statistic: the score of the examples at these indices, which repeat.
    /// - Throws: `MetricError.empty`.
    package init(
        count: Int, resamples: Int = 1000, seed: UInt64, statistic: ([Int]) -> Double
    ) throws(MetricError) {
        guard count > 0, resamples > 0 else { throw .empty(metric: "bootstrap") }
        let values = Self.values(count: count, resamples: resamples, seed: seed, statistic: statistic).sorted()
        low = Self.quantile(0.025, of: values)
        high = Self.quantile(0.975, of: values)
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardError = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    }

    /// The two-sided p of a difference of two corpus scores: twice the share of resamples in which it has the other
    /// sign, or is 0; at most 1.
    ///
    /// - Parameter difference: score of A less score of B over the examples at these indices.
    /// - Throws: `MetricError.empty`.
    package static func pairedP(
        count: Int, resamples: Int = 1000, seed: UInt64, difference: ([Int]) -> Double
    ) throws(MetricError) -> Double {
        guard count > 0, resamples > 0 else { throw .empty(metric: "bootstrap") }
        let observed = difference(Array(0..<count))
        guard observed != 0 else { return 1 }
        let values = values(count: count, resamples: resamples, seed: seed, statistic: difference)
        let reversed = values.count { observed > 0 ? $0 <= 0 : $0 >= 0 }
        return min(1, 2 * Double(reversed) / Double(resamples))
    }

    private static func values(
        count: Int, resamples: Int, seed: UInt64, statistic: ([Int]) -> Double
    ) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        var indices = [Int](repeating: 0, count: count)
        return (0..<resamples).map { _ in
            for position in indices.indices { indices[position] = generator.integer(below: count) }
            return statistic(indices)
        }
    }

    /// The quantile of ascending values, interpolated linearly between neighbours (numpy's default).
    static func quantile(_ share: Double, of values: [Double]) -> Double {
        let at = share * Double(values.count - 1)
        let low = Int(at)
        let high = min(low + 1, values.count - 1)
        return values[low] + (values[high] - values[low]) * (at - Double(low))
    }
}
