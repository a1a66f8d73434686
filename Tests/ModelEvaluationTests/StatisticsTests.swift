import Foundation
import JSONText
import ModelEvaluation
import Testing

@Suite struct StatisticsTests {
    @Test func `golden calibration and risk–coverage`() throws {
        guard let golden = try ReferenceFiles.shared("golden/statistics.json")?["calibration"] else { return }
        let confidences = golden["confidence"]?.doubles ?? []
        let correct = (golden["correct"]?.doubles ?? []).map { $0 == 1 }
        func close(_ value: Double, _ name: String) -> Bool { abs(value - (golden[name]?.double ?? 9)) < 1e-12 }

        let ten = try Calibration(confidences: confidences, isCorrect: correct)
        let fifteen = try Calibration(confidences: confidences, isCorrect: correct, binning: .equalWidth(15))
        let mass = try Calibration(confidences: confidences, isCorrect: correct, binning: .equalMass(5))
        let curve = try RiskCoverage(confidences: confidences, isCorrect: correct)

        #expect(close(ten.expectedError, "ece_10_bins") && close(ten.maximumError, "mce_10_bins"))
        #expect(close(ten.brier, "brier") && close(fifteen.expectedError, "ece_15_bins"))
        #expect(close(mass.expectedError, "ece_5_equal_mass") && close(curve.area, "aurc"))
        for (risk, row) in zip(curve.risks, golden["risk_coverage"]?.array ?? []) {
            #expect(abs(risk - row.doubles[1]) < 1e-12)
        }
    }

    @Test func `golden tests and intervals`() throws {
        guard let golden = try ReferenceFiles.shared("golden/statistics.json") else { return }
        for row in golden["mcnemar_exact_two_sided"]?.array ?? [] {
            let values = row.doubles
            #expect(abs(try McNemarTest.p(onlyFirst: Int(values[0]), onlySecond: Int(values[1])) - values[2]) < 1e-12)
        }
        for row in golden["wilson_95"]?.array ?? [] {
            let interval = try WilsonInterval(successes: Int(row.doubles[0]), count: Int(row.doubles[1]))
            #expect(abs(interval.low - row.doubles[2]) < 1e-9 && abs(interval.high - row.doubles[3]) < 1e-9)
        }
        let paired = try #require(golden["paired"])
        let comparison = try PairedComparison(paired["a"]?.doubles ?? [], paired["b"]?.doubles ?? [])
        #expect(abs(comparison.meanDifference - (paired["mean_difference"]?.double ?? 9)) < 1e-12)
        #expect(abs(comparison.standardError - (paired["standard_error"]?.double ?? 9)) < 1e-12)
        #expect(abs(comparison.t - (paired["t"]?.double ?? 9)) < 1e-12)
        #expect(comparison.p == paired["sign_flip_p_exact"]?.double)
        let mean = try SampleMean(golden["standard_error_of_mean"]?["scores"]?.doubles ?? [])
        #expect(abs(mean.standardError - (golden["standard_error_of_mean"]?["se"]?.double ?? 9)) < 1e-12)
        var perplexity = Perplexity()
        perplexity.add(
            tokenLogProbabilities: golden["perplexity"]?["token_logprobs"]?.doubles ?? [], bytes: 11, words: 3)
        #expect(abs((perplexity.perToken ?? 0) - (golden["perplexity"]?["token"]?.double ?? 9)) < 1e-12)
        #expect(abs((perplexity.perWord ?? 0) - (golden["perplexity"]?["word"]?.double ?? 9)) < 1e-12)
        #expect(abs((perplexity.bitsPerByte ?? 0) - (golden["perplexity"]?["bits_per_byte"]?.double ?? 9)) < 1e-12)
    }

    @Test func `clusters of one are independent, clusters of equals count once`() throws {
        let scores = [1.0, 1, 0, 0]

        let independent = try SampleMean(scores)
        let apart = try SampleMean(scores, clusters: ["a", "b", "c", "d"])
        let together = try SampleMean(scores, clusters: ["a", "a", "b", "b"])

        #expect(abs(apart.standardError - independent.standardError) < 1e-12)
        #expect(abs(together.standardError - (1.0 / 12 + 4.0 * 0.25 / 16).squareRoot()) < 1e-12)
        #expect(try SampleMean([3]).standardError == 0)
    }

    @Test func `a bin's upper bound belongs to it`() throws {
        let calibration = try Calibration(confidences: [0.7, 0, 1], isCorrect: [true, false, true])

        #expect(calibration.bins.map(\.count) == [1, 1, 1])
        #expect(abs(calibration.maximumError - 0.3) < 1e-12)
    }

    @Test func `coverage at a risk and error of the most confident`() throws {
        let curve = try RiskCoverage(confidences: [0.9, 0.8, 0.7, 0.6], isCorrect: [true, true, false, true])

        #expect(curve.coverage(atRisk: 0.05) == 0.5)
        #expect(curve.coverage(atRisk: 0.25) == 1)
        #expect(curve.risk(ofMostConfident: 0.01) == 0)
        #expect(try RiskCoverage(confidences: [1], isCorrect: [false]).coverage(atRisk: 0.5) == 0)
    }

    @Test func `area under the ROC curve, ties counting half`() throws {
        #expect(try ROCArea.area(scores: [0.1, 0.4, 0.35, 0.8], isPositive: [false, false, true, true]) == 0.75)
        #expect(try ROCArea.area(scores: [1, 1], isPositive: [true, false]) == 0.5)
        #expect(try ROCArea.area(scores: [1], isPositive: [true]) == nil)
    }

    @Test func `the bootstrap repeats with its seed and covers the mean`() throws {
        let scores = (0..<200).map { Double($0 % 2) }
        func mean(_ indices: [Int]) -> Double { indices.reduce(0) { $0 + scores[$1] } / Double(indices.count) }

        let first = try Bootstrap(count: 200, seed: 7, statistic: mean)
        let second = try Bootstrap(count: 200, seed: 7, statistic: mean)

        #expect(first == second)
        #expect(first.low < 0.5 && first.high > 0.5)
        #expect(abs(first.standardError - 0.0354) < 0.004)
        #expect(try Bootstrap.pairedP(count: 200, seed: 7) { _ in 0 } == 1)
        #expect(try Bootstrap.pairedP(count: 200, seed: 7) { _ in 1 } == 0)
    }

    @Test func `many examples are compared by drawn signs`() throws {
        let first = [Double](repeating: 1, count: 40)
        let second = [Double](repeating: 0, count: 40)

        #expect(try PairedComparison(first, second).p == 1.0 / 10_001)
        #expect(try PairedComparison(first, first).p == 1)
        #expect(try PairedComparison(first, first).t == 0)
    }

    @Test func `McNemar of large counts does not overflow`() throws {
        let p = try McNemarTest.p(onlyFirst: 5000, onlySecond: 5100)

        #expect(p > 0.3 && p < 0.35)
        #expect(try McNemarTest.p([true, false], [false, false]) == 1)
    }

    @Test func `Holm's correction keeps the order of p`() {
        #expect(HolmCorrection.adjusted([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06])
        #expect(HolmCorrection.adjusted([0.9, 0.8]) == [1, 1])
    }

    @Test func `what cannot be computed is a typed error`() {
        #expect(throws: MetricError.empty(metric: "mean")) { try SampleMean([]) }
        #expect(throws: MetricError.self) { try SampleMean([1], clusters: []) }
        #expect(throws: MetricError.self) { try WilsonInterval(successes: 2, count: 1) }
        #expect(throws: MetricError.self) { try WilsonInterval(successes: 0, count: 0) }
        #expect(throws: MetricError.self) { try PairedComparison([1], []) }
        #expect(throws: MetricError.self) { try Calibration(confidences: [2], isCorrect: [true]) }
        #expect(throws: MetricError.self) { try Calibration(confidences: [.nan], isCorrect: [true]) }
        #expect(throws: MetricError.self) { try Calibration(confidences: [], isCorrect: []) }
        #expect(throws: MetricError.self) { try Calibration(confidences: [1], isCorrect: []) }
        #expect(throws: MetricError.self) { try RiskCoverage(confidences: [], isCorrect: []) }
        #expect(throws: MetricError.self) { try RiskCoverage(confidences: [1], isCorrect: []) }
        #expect(throws: MetricError.self) { try ROCArea.area(scores: [1], isPositive: []) }
        #expect(throws: MetricError.self) { try McNemarTest.p(onlyFirst: -1, onlySecond: 0) }
        #expect(throws: MetricError.self) { try McNemarTest.p([true], []) }
        #expect(throws: MetricError.self) { try Bootstrap(count: 0, seed: 1) { _ in 0 } }
        #expect(throws: MetricError.self) { try Bootstrap.pairedP(count: 0, seed: 1) { _ in 0 } }
        #expect(
            MetricError.differentExamples(onlyInFirst: (0..<12).map(String.init), onlyInSecond: []).description
                .contains("and 2 more"))
    }
}
