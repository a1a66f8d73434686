import JSONText

/// Whether confidences mean what they say, over the rows of a task.
package struct CalibrationSummary: Sendable, Equatable {
    /// Ten bins of equal width.
    package let calibration: Calibration
    /// Errors among the most confident.
    package let riskCoverage: RiskCoverage

    /// The summary of rows that are right or wrong and have a confidence; nil where there are none, or some answers are
    /// partly right.
    init?(rows: [SampleRow]) throws(MetricError) {
        let answered = rows.filter { $0.failure == nil }
        guard !answered.isEmpty, answered.allSatisfy({ $0.confidence != nil && ($0.score == 0 || $0.score == 1) })
        else { return nil }
        let confidences = answered.map { $0.confidence ?? 0 }
        let isCorrect = answered.map { $0.score == 1 }
        calibration = try Calibration(confidences: confidences, isCorrect: isCorrect)
        riskCoverage = try RiskCoverage(confidences: confidences, isCorrect: isCorrect)
    }

    /// The summary for `results.json`.
    package var json: JSONValue {
        func risk(_ share: Double) -> JSONValue { .double(riskCoverage.risk(ofMostConfident: share)) }
        return .object([
            ("expected_error", .double(calibration.expectedError)),
            ("maximum_error", .double(calibration.maximumError)), ("brier", .double(calibration.brier)),
            ("area_under_risk_coverage", .double(riskCoverage.area)),
            ("risk_at_full_coverage", risk(1)), ("risk_at_80_percent_coverage", risk(0.8)),
            ("risk_at_50_percent_coverage", risk(0.5)),
            ("coverage_at_5_percent_risk", .double(riskCoverage.coverage(atRisk: 0.05))),
            ("risk_of_most_confident_1_percent", .double(riskCoverage.risk(ofMostConfident: 0.01))),
            (
                "bins",
                .array(
                    calibration.bins.map {
                        .object([
                            ("count", .integer($0.count)), ("confidence", .double($0.confidence)),
                            ("accuracy", .double($0.accuracy)),
                        ])
                    })
            ),
        ])
    }
}
