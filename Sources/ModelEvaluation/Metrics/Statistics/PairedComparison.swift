import TensorEngine

/// Two results over the same examples: is the difference more than chance?
package struct PairedComparison: Sendable, Equatable {
    /// Mean of first less second.
    package let meanDifference: Double
    /// Standard error of that mean.
    package let standardError: Double
    /// Mean over standard error; 0 where both are 0, ±∞ where only the error is.
    package let t: Double
    /// Two-sided p of a test that flips the sign of each difference: exact for 20 examples or fewer, else by draws as
    /// (1 + number at least as far out) / (1 + draws).
    package let p: Double

    /// Up to here all 2ⁿ sign patterns are gone through.
    private static let exactLimit = 20

    /// Compares `first` with `second`, example by example.
    ///
    /// - Parameters:
    ///   - draws: sign patterns drawn where there are too many to go through.
    ///   - seed: stored with the result.
    /// - Throws: `MetricError` for lists of different lengths or no examples.
    package init(
        _ first: [Double], _ second: [Double], draws: Int = 10_000, seed: UInt64 = 0
    ) throws(MetricError) {
        guard first.count == second.count else {
            throw .lengthMismatch(metric: "paired comparison", first: first.count, second: second.count)
        }
        let differences = zip(first, second).map { $0 - $1 }
        let mean = try SampleMean(differences)
        meanDifference = mean.mean
        standardError = mean.standardError
        t = mean.mean == 0 ? 0 : mean.mean / mean.standardError
        p =
            differences.count <= Self.exactLimit
            ? Self.exactP(differences) : Self.drawnP(differences, draws: draws, seed: seed)
    }

    /// Sums that differ by rounding only count as equal.
    private static func threshold(_ differences: [Double]) -> Double {
        let scale = differences.reduce(0) { $0 + abs($1) }
        return abs(differences.reduce(0, +)) - 1e-12 * max(1, scale)
    }

    private static func exactP(_ differences: [Double]) -> Double {
        let threshold = threshold(differences)
        let patterns = 1 << differences.count
        var extreme = 0
        for pattern in 0..<patterns {
            var sum = 0.0
            for (index, difference) in differences.enumerated() {
                sum += pattern >> index & 1 == 1 ? -difference : difference
            }
            if abs(sum) >= threshold { extreme += 1 }
        }
        return Double(extreme) / Double(patterns)
    }

    private static func drawnP(_ differences: [Double], draws: Int, seed: UInt64) -> Double {
        let threshold = threshold(differences)
        var generator = SeededGenerator(seed: seed)
        var extreme = 0
        for _ in 0..<draws {
            var sum = 0.0
            var bits: UInt64 = 0
            for (index, difference) in differences.enumerated() {
                if index % 64 == 0 { bits = generator.next() }
                sum += bits & 1 == 1 ? -difference : difference
                bits >>= 1
            }
            if abs(sum) >= threshold { extreme += 1 }
        }
        return Double(1 + extreme) / Double(1 + draws)
    }
}
