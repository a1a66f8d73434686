import JSONText

/// Answers of a model beside those of annotators, out of a VQA result file and the official annotation file.
package struct VQAFiles: Sendable {
    /// One question.
    package struct Question: Sendable, Equatable {
        /// `question_id`.
        package let id: ExampleID
        /// The answer that is scored.
        package let prediction: String
        /// The annotators' answers.
        package let answers: [String]
        /// "yes/no", "number", "other", where the file says.
        package let answerType: String?
        /// The first words of the question, where the file says.
        package let questionType: String?
    }

    /// The questions in the order of the annotation file.
    package let questions: [Question]
    /// Questions whose answers carry no `answer_id` (VizWiz) and repeat: the official code removes all equal records
    /// at once where it leaves one out; here one is left out.
    package let withoutAnswerIDs: [ExampleID]

    /// Reads `[{"question_id", "answer"}]` and `{"annotations": [{"question_id", "answers": [{"answer"}]}]}`.
    ///
    /// - Throws: `EvaluationFileError` with file, row and field; where the ids of both files are not the same set, as
    ///   the official loader demands, or an id is predicted twice.
    package init(
        predictions: [UInt8], references: [UInt8], predictionsName: String, referencesName: String
    ) throws(EvaluationFileError) {
        var predicted = try Self.predictions(predictions, file: predictionsName)
        let rows = try EvaluationRows(references, file: referencesName, member: "annotations")
        guard !rows.values.isEmpty else { throw .empty(file: referencesName) }
        var questions: [Question] = []
        var repeated: [ExampleID] = []
        var unanswered: [ExampleID] = []
        for (index, row) in rows.values.enumerated() {
            let id = try rows.id("question_id", of: row, at: index)
            let (answers, haveIDs) = try Self.answers(of: row, rows, at: index)
            guard let prediction = predicted.answers.removeValue(forKey: id) else {
                unanswered.append(id)
                continue
            }
            if !haveIDs, Set(answers.map { ExactText($0) }).count < answers.count { repeated.append(id) }
            questions.append(
                Question(
                    id: id, prediction: prediction, answers: answers, answerType: row["answer_type"]?.string,
                    questionType: row["question_type"]?.string))
        }
        let unknown = predicted.order.filter { predicted.answers[$0] != nil }
        guard unknown.isEmpty else {
            throw .unknown(file: predictionsName, references: referencesName, field: "question_id", ids: unknown)
        }
        guard unanswered.isEmpty else {
            throw .unanswered(file: predictionsName, references: referencesName, field: "question_id", ids: unanswered)
        }
        self.questions = questions
        withoutAnswerIDs = repeated
    }

    private static func predictions(
        _ bytes: [UInt8], file: String
    ) throws(EvaluationFileError) -> (order: [ExampleID], answers: [ExampleID: String]) {
        let rows = try EvaluationRows(bytes, file: file, member: nil)
        var order: [ExampleID] = []
        var answers: [ExampleID: String] = [:]
        for (index, row) in rows.values.enumerated() {
            let id = try rows.id("question_id", of: row, at: index)
            let answer = try rows.string("answer", of: row, at: index)
            guard answers.updateValue(answer, forKey: id) == nil else {
                throw .duplicate(file: file, field: "question_id", id: id)
            }
            order.append(id)
        }
        return (order, answers)
    }

    private static func answers(
        of row: JSONValue, _ rows: EvaluationRows, at index: Int
    ) throws(EvaluationFileError) -> (answers: [String], haveIDs: Bool) {
        guard let list = row["answers"]?.array, !list.isEmpty else {
            throw .wrongField(file: rows.file, row: index + 1, field: "answers", expected: "a list of answers")
        }
        var answers: [String] = []
        for entry in list {
            guard let answer = entry["answer"]?.string else {
                throw .wrongField(
                    file: rows.file, row: index + 1, field: "answers", expected: "a list of records with \"answer\"")
            }
            answers.append(answer)
        }
        return (answers, list.allSatisfy { $0["answer_id"] != nil })
    }
}
