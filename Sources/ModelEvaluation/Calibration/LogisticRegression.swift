import Foundation
import VisionLanguage

/// Logistic regression by Newton's method with Fisher's information, its weights held back by a ridge.
///
/// A row may have a ceiling c ≤ 1: the probability is then c·σ(z), the row being of a kind that can be right at all with
/// probability c only. With p = c·σ, dp/dz = c·σ(1 − σ); the log-likelihood y·log p + (1 − y)·log(1 − p) has the derivative
/// (y − p)/(p(1 − p)) · dp/dz, and Fisher's information (dp/dz)²/(p(1 − p)). For c = 1 both are the usual y − p and p(1 − p).
package enum LogisticRegression {
    /// A row to be fitted.
    package struct Row: Sendable {
        /// One value for each name.
        package var values: [Double]
        package var isTrue: Bool
        /// How often the row counts.
        package var count: Double
        /// The largest probability that the row can have.
        package var ceiling: Double

        /// A row of these values.
        package init(_ values: [Double], _ isTrue: Bool, count: Double = 1, ceiling: Double = 1) {
            self.values = values
            self.isTrue = isTrue
            self.count = count
            self.ceiling = ceiling
        }
    }

    private static let steps = 50
    private static let tolerance = 1e-10

    /// The score of the greatest likelihood less ridge/2 · Σ weight², weights being those of standardised values; the intercept
    /// is free.
    ///
    /// - Parameters:
    ///   - names: of the values.
    ///   - ridge: more than 0, so that there is one answer even where a value tells true from false without fault.
    /// - Throws: `MetricError.empty` without rows.
    package static func fit(_ rows: [Row], names: [String], ridge: Double = 1) throws(MetricError) -> LogisticScore {
        guard !rows.isEmpty else { throw .empty(metric: "logistic regression") }
        precondition(rows.allSatisfy { $0.values.count == names.count }, "a value for each of \(names)")
        let total = rows.reduce(0) { $0 + $1.count }
        var terms: [LogisticScore.Term] = []
        for column in names.indices {
            let mean = rows.reduce(0) { $0 + $1.count * $1.values[column] } / total
            let variance =
                rows.reduce(0) { $0 + $1.count * ($1.values[column] - mean) * ($1.values[column] - mean) } / total
            // A value that never changes says nothing: weight 0, whatever it is divided by.
            terms.append(
                .init(names[column], mean: mean, scale: variance > 1e-12 ? variance.squareRoot() : 1, weight: 0))
        }
        let share = rows.reduce(0) { $0 + ($1.isTrue ? $1.count : 0) } / total
        let start = min(max(share, 1e-3), 1 - 1e-3)
        var score = LogisticScore(intercept: log(start / (1 - start)), terms: terms)
        var best = penalisedLikelihood(rows, score, ridge)
        for _ in 0..<steps {
            let step = try step(rows, score, ridge)
            // Where the whole step overshoots, half of it, and so on.
            var share = 1.0
            var next = score
            var value = -Double.infinity
            while share > 1e-6 {
                next = moved(score, by: step, share)
                value = penalisedLikelihood(rows, next, ridge)
                if value >= best { break }
                share /= 2
            }
            guard value > best else { break }
            let gain = value - best
            (score, best) = (next, value)
            if gain < tolerance { break }
        }
        return score
    }

    /// Newton's step: intercept first, then the weights.
    private static func step(_ rows: [Row], _ score: LogisticScore, _ ridge: Double) throws(MetricError) -> [Double] {
        let width = score.terms.count + 1
        var gradient = [0.0] + score.terms.map { -ridge * $0.weight }
        var information = [Double](repeating: 0, count: width * width)
        // The intercept's own ridge is next to nothing; it keeps the matrix positive where all rows are sure.
        for index in 0..<width { information[index * width + index] = index == 0 ? 1e-6 : ridge }
        for row in rows {
            let x = [1.0] + standardised(row, score)
            let sigma = LogisticScore.probability(of: sum(x, score))
            let p = min(max(row.ceiling * sigma, 1e-12), 1 - 1e-12)
            let slope = row.ceiling * sigma * (1 - sigma)
            let pull = row.count * ((row.isTrue ? 1 : 0) - p) / (p * (1 - p)) * slope
            let weight = row.count * slope * slope / (p * (1 - p))
            for a in 0..<width {
                gradient[a] += pull * x[a]
                for b in 0...a { information[a * width + b] += weight * x[a] * x[b] }
            }
        }
        for a in 0..<width { for b in 0..<a { information[b * width + a] = information[a * width + b] } }
        return try CholeskyFactor(information, width: width).solution(gradient)
    }

    /// The deviations that `LogisticScore.sum` sees.
    private static func standardised(_ row: Row, _ score: LogisticScore) -> [Double] {
        zip(score.terms, row.values).map { term, value in
            min(max((value - term.mean) / term.scale, -LogisticScore.reach), LogisticScore.reach)
        }
    }

    private static func sum(_ x: [Double], _ score: LogisticScore) -> Double {
        zip(score.terms, x.dropFirst()).reduce(score.intercept) { $0 + $1.0.weight * $1.1 }
    }

    private static func moved(_ score: LogisticScore, by step: [Double], _ share: Double) -> LogisticScore {
        var moved = score
        moved.intercept += share * step[0]
        for index in moved.terms.indices { moved.terms[index].weight += share * step[index + 1] }
        return moved
    }

    private static func penalisedLikelihood(_ rows: [Row], _ score: LogisticScore, _ ridge: Double) -> Double {
        let penalty = ridge / 2 * score.terms.reduce(0) { $0 + $1.weight * $1.weight }
        return rows.reduce(-penalty) { total, row in
            let sigma = LogisticScore.probability(of: sum([1] + standardised(row, score), score))
            let p = min(max(row.ceiling * sigma, 1e-12), 1 - 1e-12)
            return total + row.count * log(row.isTrue ? p : 1 - p)
        }
    }
}
