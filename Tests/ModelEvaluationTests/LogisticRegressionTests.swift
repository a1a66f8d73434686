import Foundation
import ModelEvaluation
import TensorEngine
import Testing
import VisionLanguage

/// Newton's method against answers that are known otherwise.
@Suite struct LogisticRegressionTests {
    /// Rows drawn from a score.
    private static func rows(_ count: Int, ceiling: Double = 1) -> [LogisticRegression.Row] {
        var generator = SeededGenerator(seed: 4)
        return (0..<count).map { _ in
            let x = [4 * generator.unit() - 2, 10 * generator.unit(), 7]
            let p = ceiling * LogisticScore.probability(of: 0.5 + 1.5 * x[0] - 0.3 * (x[1] - 5))
            return .init(x, generator.unit() < p, ceiling: ceiling)
        }
    }

    /// The slope of log-likelihood less penalty in each weight, by differences: 0 at the maximum.
    private static func slope(
        _ rows: [LogisticRegression.Row], _ score: LogisticScore, ridge: Double, term: Int?
    ) -> Double {
        func value(_ shift: Double) -> Double {
            var moved = score
            if let term { moved.terms[term].weight += shift } else { moved.intercept += shift }
            let penalty = ridge / 2 * moved.terms.reduce(0) { $0 + $1.weight * $1.weight }
            return rows.reduce(-penalty) { sum, row in
                let p = row.ceiling * moved.probability { name in row.values[Int(name) ?? 0] }
                return sum + row.count * log(row.isTrue ? p : 1 - p)
            }
        }
        return (value(1e-5) - value(-1e-5)) / 2e-5
    }

    @Test(arguments: [(1.0, 1.0), (0.7, 0.5), (1.0, 20.0)])
    func `the likelihood is at its greatest`(ceiling: Double, ridge: Double) throws {
        let rows = Self.rows(400, ceiling: ceiling)

        let score = try LogisticRegression.fit(rows, names: ["0", "1", "2"], ridge: ridge)

        for term in [nil, 0, 1] {
            #expect(abs(Self.slope(rows, score, ridge: ridge, term: term)) < 1e-3, "\(term.map(String.init) ?? "-")")
        }
        #expect(abs(score.terms[2].weight) < 1e-9, "a value that never changes says nothing")
    }

    /// With one value of 0 and 1 and hardly a ridge, the fit is the shares themselves.
    @Test func `two groups get the shares that are right in them`() throws {
        let rows =
            (0..<40).map { LogisticRegression.Row([0], $0 < 10) }
            + (0..<60).map { LogisticRegression.Row([1], $0 < 45) }

        let score = try LogisticRegression.fit(rows, names: ["x"], ridge: 1e-9)

        #expect(abs(score.probability { _ in 0 } - 0.25) < 1e-6)
        #expect(abs(score.probability { _ in 1 } - 0.75) < 1e-6)
    }

    @Test func `a row that counts twice is two rows`() throws {
        let once = Self.rows(60)
        let twice = try LogisticRegression.fit(once + once, names: ["0", "1", "2"])

        let counted = try LogisticRegression.fit(
            once.map { .init($0.values, $0.isTrue, count: 2) }, names: ["0", "1", "2"])

        for (a, b) in zip(twice.terms, counted.terms) { #expect(abs(a.weight - b.weight) < 1e-7) }
    }

    @Test func `what separates without fault has a finite weight`() throws {
        let rows = (0..<20).map { LogisticRegression.Row([Double($0)], $0 >= 10) }

        let score = try LogisticRegression.fit(rows, names: ["x"])

        #expect(score.terms[0].weight.isFinite && score.terms[0].weight > 1)
        #expect(score.probability { _ in 19 } > 0.95 && score.probability { _ in 0 } < 0.05)
        #expect(throws: MetricError.empty(metric: "logistic regression")) { try LogisticRegression.fit([], names: []) }
    }

    /// 1,000 answers right three times of four however sure, then fitted: confidences mean what they say.
    @Test func `a ceiling is the most that is said`() throws {
        let rows = Self.rows(1000, ceiling: 0.5)

        let score = try LogisticRegression.fit(rows, names: ["0", "1", "2"])

        // What the rows were drawn from, less what the ridge and chance take.
        let drawn = LogisticScore.probability(of: 0.5 + 1.5 * 1.5)
        #expect(abs(score.probability { ["0": 1.5, "1": 5, "2": 7][$0] } - drawn) < 0.08)
    }

    @Test func `a factor solves, and its inverse whitens`() throws {
        let matrix: [Double] = [4, 2, 0.4, 2, 5, 1, 0.4, 1, 3]
        let factor = try CholeskyFactor(matrix, width: 3)

        let x = factor.solution([1, -2, 3])
        let inverse = factor.inverse

        for row in 0..<3 {
            let product = (0..<3).reduce(0) { $0 + matrix[row * 3 + $1] * x[$1] }
            #expect(abs(product - [1, -2, 3][row]) < 1e-12)
            // L⁻¹ · M · L⁻ᵀ = 1
            for column in 0..<3 {
                var sum = 0.0
                for a in 0..<3 {
                    for b in 0..<3 { sum += inverse[row * 3 + a] * matrix[a * 3 + b] * inverse[column * 3 + b] }
                }
                #expect(abs(sum - (row == column ? 1 : 0)) < 1e-12)
            }
        }
        #expect(throws: MetricError.self) { try CholeskyFactor([1, 2, 2, 1], width: 2) }
    }
}
