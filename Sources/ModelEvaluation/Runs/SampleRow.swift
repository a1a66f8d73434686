import JSONText

/// A row of `samples.jsonl`: one example with everything that was computed for it.
package struct SampleRow: Sendable, Equatable {
    /// What a baseline answered.
    package struct Baseline: Sendable, Equatable {
        /// `blind` or `shuffled`.
        package var name: String
        /// Its answer; nil where there is none.
        package var output: String?
        /// The position of its choice, where choices were ranked.
        package var choice: Int?
        /// The scores of the choices.
        package var choiceScores: [Double] = []
        /// The pictures that were shown instead.
        package var image: String?

        /// An answer of that baseline.
        package init(name: String, output: String?) {
            self.name = name
            self.output = output
        }
    }

    /// Why there is no answer.
    package struct Failure: Sendable, Equatable {
        /// A word for programs.
        package var code: String
        /// A sentence for people.
        package var message: String

        /// A failure of those facts.
        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    package var id: String
    package var task: String
    package var image: String
    package var question: String?
    package var references: [String]
    /// The answer that is scored; empty where there is none.
    package var output = ""
    /// Whether the answer is right; nil where an answer alone is neither (captions under CIDEr).
    package var isCorrect: Bool?
    /// What it is worth by itself.
    package var score: Double?
    package var logProbability: Double?
    package var confidence: Double?
    package var prompt: String?
    /// What the model wrote before stop strings cut it.
    package var rawOutput: String?
    package var tokenIDs: [Int] = []
    /// The text of each token.
    package var tokens: [String] = []
    package var tokenLogProbabilities: [Double] = []
    package var choices: [String] = []
    package var choice: Int?
    package var choiceScores: [Double] = []
    /// Ids of the solved examples before the question.
    package var demonstrations: [String] = []
    package var failure: Failure?
    package var baselines: [Baseline] = []

    /// A row of that example, not answered yet.
    package init(id: String, task: String, image: String, question: String?, references: [String]) {
        self.id = id
        self.task = task
        self.image = image
        self.question = question
        self.references = references
    }

    /// The reference that people are shown: the most frequent one, the first among equals.
    package var reference: String {
        var counts: [String: Int] = [:]
        for reference in references { counts[reference, default: 0] += 1 }
        let most = counts.values.max() ?? 0
        return references.first { counts[$0] == most } ?? ""
    }

    /// The answers of the baseline of that name.
    package func baseline(_ name: String) -> Baseline? { baselines.first { $0.name == name } }
}
