import ReportPages

/// What confidences are worth, drawn: a reliability diagram, and the share of wrong answers among the surest.
package enum ConfidenceCharts {
    /// Both charts on one sheet.
    package static func sheet(_ calibration: Calibration, _ riskCoverage: RiskCoverage) -> ChartSheet {
        let bins = calibration.bins.map { bin in
            let low = max(0, (bin.confidence * 10).rounded(.up) - 1) / 10
            return ReliabilityDiagram.Bin(
                from: low, to: low + 0.1, confidence: bin.confidence, accuracy: bin.accuracy, count: bin.count)
        }
        let error = EvaluationNumber.fixed(calibration.expectedError)
        let risks = riskCoverage.risks
        let points = risks.enumerated().map { ChartPoint(x: Double($0 + 1) / Double(risks.count), y: $1) }
        return ChartSheet([
            .reliability(
                ReliabilityDiagram(
                    "Does confidence mean what it says?", bins, notes: ["expected calibration error \(error)"])),
            .lines(
                LineChart(
                    "Errors among the most confident answers", x: ChartAxis("coverage", range: 0...1),
                    y: ChartAxis("share of wrong answers", range: 0...1), [ChartSeries("risk", points)])),
        ])
    }
}
