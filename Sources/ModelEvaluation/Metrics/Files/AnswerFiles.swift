import JSONText

/// Answers beside what is right, out of two files of rows: `[{"id", "answer"}]`, and `[{"id", "answers": [...]}]`, with
/// `"choices"` where answers name one of them.
package struct AnswerFiles: Sendable {
    /// One question.
    package struct Question: Sendable, Equatable {
        package let id: ExampleID
        package let prediction: String
        package let references: [String]
        package let choices: [String]
    }

    /// The questions in the order of the references.
    package let questions: [Question]

    /// Reads both files.
    ///
    /// - Throws: `EvaluationFileError` with file, row and field; where the ids of both files are not the same set.
    package init(
        predictions: [UInt8], references: [UInt8], predictionsName: String, referencesName: String, metric: AnswerMetric
    ) throws(EvaluationFileError) {
        let said = try EvaluationRows(predictions, file: predictionsName, member: nil)
        var predicted: [ExampleID: String] = [:]
        var order: [ExampleID] = []
        for (index, row) in said.values.enumerated() {
            let id = try said.id("id", of: row, at: index)
            let answer = try said.string("answer", of: row, at: index)
            guard predicted.updateValue(answer, forKey: id) == nil else {
                throw .duplicate(file: predictionsName, field: "id", id: id)
            }
            order.append(id)
        }
        let right = try EvaluationRows(references, file: referencesName, member: nil)
        var questions: [Question] = []
        var unanswered: [ExampleID] = []
        var seen = Set<ExampleID>()
        for (index, value) in right.values.enumerated() {
            let row = TaskRow(value: value, file: referencesName, number: index + 1)
            let id = try row.id("id")
            guard seen.insert(id).inserted else { throw .duplicate(file: referencesName, field: "id", id: id) }
            let answers = try row.texts("answers")
            let choices = try metric.wantsChoices ? row.texts("choices") : []
            guard let prediction = predicted.removeValue(forKey: id) else {
                unanswered.append(id)
                continue
            }
            questions.append(Question(id: id, prediction: prediction, references: answers, choices: choices))
        }
        guard unanswered.isEmpty else {
            throw .unanswered(file: predictionsName, references: referencesName, field: "id", ids: unanswered)
        }
        guard predicted.isEmpty else {
            throw .unknown(
                file: predictionsName, references: referencesName, field: "id",
                ids: order.filter { predicted[$0] != nil })
        }
        guard !questions.isEmpty else { throw .empty(file: referencesName) }
        self.questions = questions
    }

    /// `{"metric", "score", "standard_error", "questions"}`, with `per_question` where wanted.
    ///
    /// - Throws: `MetricError.empty`, which cannot be of files that were read.
    package func json(_ metric: AnswerMetric, perQuestion: Bool) throws(MetricError) -> JSONValue {
        let judged = questions.map {
            metric.judged($0.prediction, references: $0.references, choices: $0.choices)
        }
        let mean = try SampleMean(judged.map(\.score))
        var members: [(key: String, value: JSONValue)] = [
            ("metric", .string(metric.rawValue)), ("score", .double(mean.mean)),
            ("standard_error", .double(mean.standardError)), ("questions", .integer(questions.count)),
        ]
        if perQuestion {
            let rows = zip(questions, judged).map { question, judged in
                (
                    question.id.description,
                    JSONValue.object([
                        ("score", .double(judged.score)), ("read_as", judged.reading.map { .string($0) } ?? .null),
                    ])
                )
            }
            members.append(("per_question", .object(rows)))
        }
        return .object(members)
    }
}
