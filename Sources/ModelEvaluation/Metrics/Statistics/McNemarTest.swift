import Foundation

/// McNemar's exact test of two results of right and wrong answers over the same examples (McNemar 1947).
package enum McNemarTest {
    /// Two-sided p = min(1, 2 · P(Bin(b + c, ½) ≤ min(b, c))); 1 where the results never differ.
    ///
    /// - Parameters:
    ///   - onlyFirst: examples that only the first got right.
    ///   - onlySecond: examples that only the second got right.
    /// - Throws: `MetricError.valueOutOfRange` for a negative count.
    package static func p(onlyFirst: Int, onlySecond: Int) throws(MetricError) -> Double {
        for (index, value) in [onlyFirst, onlySecond].enumerated() where value < 0 {
            throw .valueOutOfRange(metric: "McNemar", index: index, value: Double(value), allowed: "a count")
        }
        let count = onlyFirst + onlySecond
        guard count > 0 else { return 1 }
        // Terms by logarithms of the gamma function: 2ⁿ overflows from n = 1024 on.
        let all = lgamma(Double(count) + 1) - Double(count) * log(2)
        let tail = (0...min(onlyFirst, onlySecond)).reduce(0.0) { sum, k in
            sum + exp(all - lgamma(Double(k) + 1) - lgamma(Double(count - k) + 1))
        }
        return min(1, 2 * tail)
    }

    /// The same from the right and wrong answers themselves.
    /// - Throws: `MetricError.lengthMismatch`.
    package static func p(_ first: [Bool], _ second: [Bool]) throws(MetricError) -> Double {
        guard first.count == second.count else {
            throw .lengthMismatch(metric: "McNemar", first: first.count, second: second.count)
        }
        let pairs = zip(first, second)
        return try p(onlyFirst: pairs.count { $0 && !$1 }, onlySecond: pairs.count { !$0 && $1 })
    }
}
