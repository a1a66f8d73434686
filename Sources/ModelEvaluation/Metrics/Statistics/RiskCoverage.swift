/// What answering only where one is confident would bring (El-Yaniv & Wiener 2010; Geifman & El-Yaniv 2017).
package struct RiskCoverage: Sendable, Equatable {
    /// Share of wrong answers among the k most confident, for k = 1…n. Ties keep the order given.
    package let risks: [Double]

    /// The curve of these answers.
    /// - Throws: `MetricError` for lists of different lengths or no answers.
    package init(confidences: [Double], isCorrect: [Bool]) throws(MetricError) {
        guard confidences.count == isCorrect.count else {
            throw .lengthMismatch(metric: "risk–coverage", first: confidences.count, second: isCorrect.count)
        }
        guard !confidences.isEmpty else { throw .empty(metric: "risk–coverage") }
        let order = confidences.indices.sorted {
            confidences[$0] > confidences[$1] || (confidences[$0] == confidences[$1] && $0 < $1)
        }
        var errors = 0
        risks = order.enumerated().map { position, index in
            errors += isCorrect[index] ? 0 : 1
            return Double(errors) / Double(position + 1)
        }
    }

    /// Area under the curve: mean of the risks.
    package var area: Double { risks.reduce(0, +) / Double(risks.count) }

    /// The greatest share of answers that can be given with at most this risk; 0 where none can.
    package func coverage(atRisk limit: Double) -> Double {
        guard let last = risks.lastIndex(where: { $0 <= limit }) else { return 0 }
        return Double(last + 1) / Double(risks.count)
    }

    /// Share of wrong answers among the most confident `share`, of one answer at least, rounded up.
    package func risk(ofMostConfident share: Double) -> Double {
        let count = min(risks.count, max(1, Int((share * Double(risks.count)).rounded(.up))))
        return risks[count - 1]
    }
}
