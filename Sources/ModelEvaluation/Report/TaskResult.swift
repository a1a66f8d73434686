import JSONText

/// The scores of one task, with what a reader needs to trust them.
package struct TaskResult: Sendable {
    /// A baseline beside the score.
    package struct BaselineScore: Sendable, Equatable {
        /// `blind`, `shuffled` or `majority`.
        package let name: String
        /// Its score.
        package let score: Double
        /// Mean over examples of own score less the baseline's, with its standard error.
        package let difference: SampleMean
        /// The score of each example that has an answer of this baseline, by the example's position.
        let exampleScores: [Int: Double]

        /// Whether the 95 % interval of the difference lies above 0.
        package var isBeaten: Bool { difference.mean - TaskResult.z * difference.standardError > 0 }
    }

    /// The 97.5th percentile of the normal distribution.
    static let z = 1.959963984540054

    package let card: TaskCard
    /// Whether the files say what is right; without answers (test splits) there is a result file and no score.
    package let isScored: Bool
    package let summary: TaskSummary
    package let standardError: Double
    package let interval: (low: Double, high: Double)
    package let intervalMethod: String
    /// Wilson's 95 % interval, where each example is right or wrong: as if all were independent.
    package let wilson: WilsonInterval?
    package let baselines: [BaselineScore]
    /// Groups with their number of examples and the mean of their examples' scores.
    package let categories: [CategoryScores]
    package let calibration: CalibrationSummary?
    package let examples: Int
    package let errors: [SampleRow]
    /// The score over the examples that have an answer, where some have none.
    package let scoreWithoutErrors: Double?

    /// Whether the picture helps: the 95 % interval of the difference from blind answers lies above 0, and from answers
    /// about other pictures too, where those were computed. (A model may lose its head without a picture and so lie above
    /// blind, and yet say the same of every picture.) Nil where no blind answers were computed.
    package var beatsBlind: Bool? {
        guard baselines.contains(where: { $0.name == "blind" }) else { return nil }
        return baselines.allSatisfy { $0.name == "majority" || $0.isBeaten }
    }

    /// The result of these rows.
    ///
    /// - Parameters:
    ///   - examples: of the task, those that were selected.
    ///   - rows: their rows; examples without a row are left out.
    ///   - variant: of the metric.
    ///   - seed: of the bootstrap.
    /// - Throws: `MetricError.empty` where no example has a row.
    package init(
        task: any EvaluationTask, examples: [EvaluationExample], rows: [SampleRow], variant: String, seed: UInt64
    ) throws(MetricError) {
        let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        let pairs = examples.compactMap { example in byID[example.id].map { (example, $0) } }
        let answers = pairs.map { Self.answered($0.0, $0.1) }
        card = type(of: task).card
        guard !answers.isEmpty else { throw .empty(metric: card.name) }
        self.examples = answers.count
        errors = pairs.map(\.1).filter { $0.failure != nil }
        isScored = pairs.contains { $0.0.hasAnswer }
        guard isScored else {
            summary = .unscored(answers.count)
            (standardError, interval, intervalMethod) = (0, (0, 0), "none")
            (wilson, calibration, scoreWithoutErrors, baselines, categories) = (nil, nil, nil, [], [])
            return
        }
        summary = try task.summary(answers, variant: variant)
        let clusters = pairs.map(\.0.cluster)
        let mean = try SampleMean(summary.exampleScores, clusters: clusters)
        if let resampled = summary.resampled {
            let bootstrap = try Self.bootstrap(clusters, seed: seed, resampled)
            standardError = bootstrap.standardError
            interval = (bootstrap.low, bootstrap.high)
            intervalMethod = "percentile bootstrap over pictures, 1000 resamples, seed \(seed)"
        } else {
            standardError = mean.standardError
            interval = (mean.mean - Self.z * mean.standardError, mean.mean + Self.z * mean.standardError)
            intervalMethod = "mean ± 1.96 standard errors, clustered by picture"
        }
        let good = answers.filter { $0.output != nil }
        scoreWithoutErrors =
            good.count < answers.count && !good.isEmpty ? try task.summary(good, variant: variant).score : nil
        calibration = try CalibrationSummary(rows: pairs.map(\.1))
        var baselines: [BaselineScore] = []
        for name in ["blind", "shuffled"] {
            let places = pairs.indices.filter { pairs[$0].1.baseline(name) != nil }
            guard !places.isEmpty else { continue }
            let others = places.map { Self.answered(pairs[$0].0, baseline: pairs[$0].1.baseline(name)) }
            baselines.append(
                try Self.baseline(name, others, of: task, places, summary.exampleScores, clusters, variant: variant))
        }
        if let majority = MajorityBaseline(answers.map(\.example), by: card.majorityBy) {
            baselines.append(
                try Self.baseline(
                    "majority", answers.map { majority.answer(to: $0.example) }, of: task, Array(answers.indices),
                    summary.exampleScores, clusters, variant: variant))
        }
        self.baselines = baselines
        categories = CategoryScores.all(
            of: answers.map(\.example), scores: summary.exampleScores,
            blind: baselines.first { $0.name == "blind" }?.exampleScores ?? [:])
        let isBinary = summary.exampleScores.allSatisfy { $0 == 0 || $0 == 1 }
        wilson =
            isBinary && summary.resampled == nil
            ? try WilsonInterval(successes: summary.exampleScores.count { $0 == 1 }, count: answers.count) : nil
    }

    /// The example with the row's answer; none where the picture could not be read.
    package static func answered(_ example: EvaluationExample, _ row: SampleRow) -> AnsweredExample {
        AnsweredExample(
            example, output: row.failure == nil ? row.output : nil, choice: row.choice, choiceScores: row.choiceScores)
    }

    private static func answered(_ example: EvaluationExample, baseline: SampleRow.Baseline?) -> AnsweredExample {
        AnsweredExample(
            example, output: baseline?.output, choice: baseline?.choice, choiceScores: baseline?.choiceScores ?? [])
    }

    private static func baseline(
        _ name: String, _ answers: [AnsweredExample], of task: any EvaluationTask, _ places: [Int], _ own: [Double],
        _ clusters: [String], variant: String
    ) throws(MetricError) -> BaselineScore {
        let summary = try task.summary(answers, variant: variant)
        let differences = zip(places, summary.exampleScores).map { own[$0] - $1 }
        return BaselineScore(
            name: name, score: summary.score,
            difference: try SampleMean(differences, clusters: places.map { clusters[$0] }),
            exampleScores: Dictionary(zip(places, summary.exampleScores)) { first, _ in first })
    }

    /// Resamples pictures, each with all its examples.
    private static func bootstrap(
        _ clusters: [String], seed: UInt64, _ statistic: ([Int]) -> Double
    ) throws(MetricError) -> Bootstrap {
        let members = members(of: clusters)
        return try Bootstrap(count: members.count, seed: seed) { statistic($0.flatMap { members[$0] }) }
    }

    /// The positions of each cluster's examples, clusters in the order in which they first occur.
    static func members(of clusters: [String]) -> [[Int]] {
        var members: [[Int]] = []
        var places: [String: Int] = [:]
        for (index, cluster) in clusters.enumerated() {
            if let place = places[cluster] {
                members[place].append(index)
            } else {
                places[cluster] = members.count
                members.append([index])
            }
        }
        return members
    }
}
