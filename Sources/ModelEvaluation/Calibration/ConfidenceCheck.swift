import JSONText

/// What confidences are worth: whether they mean what they say, what answering only the surest would bring, and whether they
/// tell what a model knows from what it does not.
package struct ConfidenceCheck: Sendable, Equatable {
    /// An answer of a model to something of the kinds that it learned.
    package struct Answer: Sendable, Equatable {
        /// The stated probability of being right.
        package var confidence: Double
        package var isCorrect: Bool

        /// An answer of that confidence.
        package init(confidence: Double, isCorrect: Bool) {
            self.confidence = confidence
            self.isCorrect = isCorrect
        }
    }

    /// Ten bins of equal width.
    package let calibration: Calibration
    /// Errors among the surest.
    package let riskCoverage: RiskCoverage
    /// The probability that an answer about something known is surer than one about something unknown; nil without such.
    package let area: Double?
    /// How many answers about known and unknown things.
    package let counts: (known: Int, unknown: Int)

    /// The worth of these confidences.
    ///
    /// - Parameters:
    ///   - known: answers about what the model learned, right and wrong.
    ///   - unknown: confidences of answers about what it did not learn.
    /// - Throws: `MetricError.empty` without known answers.
    package init(known: [Answer], unknown: [Double] = []) throws(MetricError) {
        let confidences = known.map(\.confidence)
        calibration = try Calibration(confidences: confidences, isCorrect: known.map(\.isCorrect))
        riskCoverage = try RiskCoverage(confidences: confidences, isCorrect: known.map(\.isCorrect))
        area =
            unknown.isEmpty
            ? nil
            : try ROCArea.area(
                scores: confidences + unknown,
                isPositive: known.map { _ in true } + unknown.map { _ in false })
        counts = (known.count, unknown.count)
    }

    package static func == (left: Self, right: Self) -> Bool { left.json == right.json }

    /// The check as JSON.
    package var json: JSONValue {
        let full = riskCoverage.risk(ofMostConfident: 1)
        let most = riskCoverage.risk(ofMostConfident: 0.8)
        return .object(
            [
                ("answers", .integer(counts.known)), ("accuracy", .double(1 - full)),
                ("expected_calibration_error", .double(calibration.expectedError)),
                ("brier", .double(calibration.brier)), ("risk_at_full_coverage", .double(full)),
                ("risk_at_80_percent_coverage", .double(most)),
                ("risk_at_80_percent_over_full", full > 0 ? .double(most / full) : .null),
            ]
                + (area.map { [("unknown_answers", .integer(counts.unknown)), ("auroc", .double($0))] } ?? []))
    }
}
