import JSONText

/// VQA accuracy of a set: overall, by type, and question by question. Shares of 1, not rounded.
package struct VQAReport: Sendable {
    /// Mean over all questions.
    package let accuracy: Double
    /// Standard error of the mean over questions.
    package let standardError: Double
    /// Whose processing.
    package let variant: VQAAccuracy.Variant
    /// Accuracy of each question.
    package let perQuestion: [(id: ExampleID, accuracy: Double)]
    /// Mean by answer type, sorted by name.
    package let perAnswerType: [(name: String, accuracy: Double)]
    /// Mean by question type, sorted by name.
    package let perQuestionType: [(name: String, accuracy: Double)]

    /// Scores all questions.
    /// - Throws: `MetricError.empty`.
    package init(_ questions: [VQAFiles.Question], variant: VQAAccuracy.Variant) throws(MetricError) {
        self.variant = variant
        let scores = questions.map {
            VQAAccuracy.score(prediction: $0.prediction, answers: $0.answers, variant: variant)
        }
        let mean = try SampleMean(scores)
        accuracy = mean.mean
        standardError = mean.standardError
        perQuestion = zip(questions, scores).map { ($0.id, $1) }
        perAnswerType = Self.means(scores, by: questions.map(\.answerType))
        perQuestionType = Self.means(scores, by: questions.map(\.questionType))
    }

    /// The report as JSON.
    package func json(perQuestion wanted: Bool) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("accuracy", .double(accuracy)), ("standard_error", .double(standardError)),
            ("variant", .string(variant.rawValue)), ("questions", .integer(perQuestion.count)),
            ("per_answer_type", Self.object(perAnswerType)), ("per_question_type", Self.object(perQuestionType)),
        ]
        if wanted {
            members.append(("per_question", Self.object(perQuestion.map { ($0.id.description, $0.accuracy) })))
        }
        return .object(JSONObject(members))
    }

    private static func object(_ rows: [(name: String, accuracy: Double)]) -> JSONValue {
        .object(JSONObject(rows.map { ($0.name, .double($0.accuracy)) }))
    }

    private static func means(_ scores: [Double], by names: [String?]) -> [(name: String, accuracy: Double)] {
        var groups: [String: [Double]] = [:]
        for (score, name) in zip(scores, names) { if let name { groups[name, default: []].append(score) } }
        return groups.sorted { $0.key < $1.key }.map { ($0.key, $0.value.reduce(0, +) / Double($0.value.count)) }
    }
}
