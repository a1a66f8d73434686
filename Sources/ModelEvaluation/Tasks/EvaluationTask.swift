import JSONText

/// A set of questions with right answers, read from the files that its authors publish.
///
/// To add a task: write one file with a type that conforms, give it a `card`, read the file in `init` (a missing field is
/// one `EvaluationFileError` with file, field and row), say in `score` what an answer is worth, and add the type to
/// `TaskList.all`. Where the score of the set is no mean of the examples' scores, write `summary` as well; where the
/// authors take uploads, `resultFile`. A test reads a tiny file in the official format and compares with a score computed
/// by hand.
package protocol EvaluationTask: Sendable {
    /// What the task is, and which files it wants.
    static var card: TaskCard { get }

    /// Reads the task's files.
    init(_ source: TaskSource) throws(EvaluationFileError)

    /// Where the files are.
    var source: TaskSource { get }

    /// The paths of the files that were read, for the fingerprint.
    var files: [String] { get }

    /// The questions, in the order of the file.
    var examples: [EvaluationExample] { get }

    /// What the answer is worth by itself, from 0 to 1; nil where an answer alone is worth neither much nor little.
    func score(_ answer: AnsweredExample, variant: String) -> Double?

    /// Why the answer is worth that, in a sentence: what was compared with what.
    func reason(_ answer: AnsweredExample, variant: String) -> String

    /// The scores of the whole set.
    func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary

    /// What the task's authors take as an upload; nil where there is no such format.
    func resultFile(_ answers: [AnsweredExample]) -> ResultFile?

    /// All of them, where they take several; else the one.
    func resultFiles(_ answers: [AnsweredExample]) -> [ResultFile]
}

extension EvaluationTask {
    /// The mean over all examples.
    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        try meanSummary("accuracy", answers, variant: variant)
    }

    /// The mean over all examples, under that name.
    package func meanSummary(
        _ name: String, _ answers: [AnsweredExample], variant: String
    ) throws(MetricError) -> TaskSummary {
        let scores = answers.map { score($0, variant: variant) ?? 0 }
        return TaskSummary(primary: name, values: [(name, try SampleMean(scores).mean)], exampleScores: scores)
    }

    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? { nil }

    package func resultFiles(_ answers: [AnsweredExample]) -> [ResultFile] { resultFile(answers).map { [$0] } ?? [] }

    package func reason(_ answer: AnsweredExample, variant: String) -> String {
        AnswerReason.plain(answer, score: score(answer, variant: variant), variant: variant)
    }
}

/// The scores of a set. Shares of 1, not rounded.
package struct TaskSummary: Sendable {
    /// The name of the value that stands for the task.
    package var primary: String
    /// All values by name; nil for one that cannot be had.
    package var values: [(name: String, value: Double?)]
    /// The score of each example by itself, for breakdowns and comparisons.
    package var exampleScores: [Double]
    /// The primary value over examples at these indices, which repeat; nil where it is the mean of `exampleScores`.
    package var resampled: (@Sendable ([Int]) -> Double)?
    /// What a reader must know about the values.
    package var remarks: [String]

    /// A summary.
    package init(
        primary: String, values: [(name: String, value: Double?)], exampleScores: [Double],
        resampled: (@Sendable ([Int]) -> Double)? = nil, remarks: [String] = []
    ) {
        self.primary = primary
        self.values = values
        self.exampleScores = exampleScores
        self.resampled = resampled
        self.remarks = remarks
    }

    /// Of a split whose files hold no answers.
    static func unscored(_ examples: Int) -> TaskSummary {
        TaskSummary(
            primary: "score", values: [], exampleScores: Array(repeating: 0, count: examples),
            remarks: ["the files hold no answers: the result file is for the task's authors to score"])
    }

    /// The value that stands for the task.
    package var score: Double { values.first { $0.name == primary }?.value ?? 0 }
}

/// A file in the form that a task's authors take.
package struct ResultFile: Sendable, Equatable {
    /// Its name in the run's folder; may name a folder in it.
    package let name: String
    /// What is in it.
    package let text: String

    /// A file of that name.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
