/// Wilson's score interval of a share (Wilson 1927): sensible near 0 and 1, where mean ± 2 se is not.
///
///     (p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),   z = 1.959963984540054 for 95 %
package struct WilsonInterval: Sendable, Equatable {
    /// Lower end.
    package let low: Double
    /// Upper end.
    package let high: Double

    /// The 97.5th percentile of the normal distribution.
    private static let z = 1.959963984540054

    /// The 95 % interval of `successes` out of `count`.
    /// - Throws: `MetricError` for a count of 0 or more successes than examples.
    package init(successes: Int, count: Int) throws(MetricError) {
        guard count > 0 else { throw .empty(metric: "Wilson interval") }
        guard (0...count).contains(successes) else {
            throw .valueOutOfRange(
                metric: "Wilson interval", index: 0, value: Double(successes), allowed: "between 0 and \(count)")
        }
        let n = Double(count)
        let p = Double(successes) / n
        let z2 = Self.z * Self.z
        let centre = p + z2 / (2 * n)
        let half = Self.z * (p * (1 - p) / n + z2 / (4 * n * n)).squareRoot()
        low = max(0, (centre - half) / (1 + z2 / n))
        high = (centre + half) / (1 + z2 / n)
    }
}
