/// Area under the receiver operating characteristic: the probability that a positive example scores above a negative
/// one, ties counting half (Hanley & McNeil 1982).
package enum ROCArea {
    /// The area, by ranks; nil where all examples are positive or all negative.
    ///
    /// - Throws: `MetricError.lengthMismatch`.
    /// - Complexity: O(n log n).
    package static func area(scores: [Double], isPositive: [Bool]) throws(MetricError) -> Double? {
        guard scores.count == isPositive.count else {
            throw .lengthMismatch(metric: "AUROC", first: scores.count, second: isPositive.count)
        }
        let positives = isPositive.count { $0 }
        let negatives = isPositive.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var rankSum = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
            let meanRank = Double(start + 1 + end) / 2
            rankSum += meanRank * Double(order[start..<end].count { isPositive[$0] })
            start = end
        }
        let least = Double(positives) * Double(positives + 1) / 2
        return (rankSum - least) / (Double(positives) * Double(negatives))
    }
}
