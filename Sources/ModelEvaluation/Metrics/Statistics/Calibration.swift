/// Whether confidences mean what they say: of answers given with confidence 0.8, four in five should be right.
///
/// A confidence is the probability of the given answer: exp of its summed log-probability, or its share in a softmax
/// over choices. These are different things; the result that reports a calibration names which it is.
package struct Calibration: Sendable, Equatable {
    /// How answers are put into bins.
    package enum Binning: Sendable, Equatable {
        /// Bins of equal width, (low, high]; the first includes 0.
        case equalWidth(Int)
        /// Bins of equal size over ascending confidence; the first `n mod bins` have one more.
        case equalMass(Int)
    }

    /// Expected calibration error: Σ |bin|/n · |accuracy − mean confidence| (Naeini et al. 2015).
    package let expectedError: Double
    /// The largest difference of any bin.
    package let maximumError: Double
    /// Mean of (confidence − correct)² (Brier 1950).
    package let brier: Double
    /// Bins that have answers, ascending.
    package let bins: [Bin]

    /// One bin with its answers.
    package struct Bin: Sendable, Equatable {
        /// Answers in it.
        package let count: Int
        /// Mean confidence.
        package let confidence: Double
        /// Share of right answers.
        package let accuracy: Double
    }

    /// The calibration of these answers.
    ///
    /// - Throws: `MetricError` for lists of different lengths, no answers, or a confidence outside of 0…1.
    package init(
        confidences: [Double], isCorrect: [Bool], binning: Binning = .equalWidth(10)
    ) throws(MetricError) {
        guard confidences.count == isCorrect.count else {
            throw .lengthMismatch(metric: "calibration", first: confidences.count, second: isCorrect.count)
        }
        guard !confidences.isEmpty else { throw .empty(metric: "calibration") }
        if let wrong = confidences.firstIndex(where: { !(0...1).contains($0) }) {
            throw .valueOutOfRange(
                metric: "calibration", index: wrong, value: confidences[wrong], allowed: "a probability between 0 and 1"
            )
        }
        let total = Double(confidences.count)
        let bins = Self.members(confidences, binning).filter { !$0.isEmpty }.map { members in
            Bin(
                count: members.count,
                confidence: members.reduce(0) { $0 + confidences[$1] } / Double(members.count),
                accuracy: Double(members.count { isCorrect[$0] }) / Double(members.count))
        }
        self.bins = bins
        expectedError = bins.reduce(0) { $0 + Double($1.count) / total * abs($1.accuracy - $1.confidence) }
        maximumError = bins.map { abs($0.accuracy - $0.confidence) }.max() ?? 0
        brier =
            zip(confidences, isCorrect).reduce(0) { sum, answer in
                let difference = answer.0 - (answer.1 ? 1 : 0)
                return sum + difference * difference
            } / total
    }

    private static func members(_ confidences: [Double], _ binning: Binning) -> [[Int]] {
        switch binning {
        case .equalWidth(let count):
            precondition(count > 0, "calibration needs at least one bin")
            var bins = [[Int]](repeating: [], count: count)
            for (index, confidence) in confidences.enumerated() {
                // Against the bounds themselves: 0.7 · 10 is more than 7.
                let bin = (0..<count).first { confidence <= Double($0 + 1) / Double(count) } ?? count - 1
                bins[bin].append(index)
            }
            return bins
        case .equalMass(let count):
            precondition(count > 0, "calibration needs at least one bin")
            let order = confidences.indices.sorted { (confidences[$0], $0) < (confidences[$1], $1) }
            var start = 0
            return (0..<count).map { bin in
                let size = order.count / count + (bin < order.count % count ? 1 : 0)
                defer { start += size }
                return Array(order[start..<start + size])
            }
        }
    }
}
