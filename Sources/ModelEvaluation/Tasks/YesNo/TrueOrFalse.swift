/// Statements about pictures that are true or false.
enum TrueOrFalse {
    static let choices = ["true", "false"]

    /// InstructBLIP's form for statements about pictures.
    static let prompt = PromptForm.template(
        "Based on the image, is this statement true or false? \"{question}\" Answer:")

    /// The example of a row with `sentence` and `label`.
    static func example(
        id: String, row: TaskRow, pictures: [PictureReference], sentence: String
    ) throws(EvaluationFileError) -> EvaluationExample {
        let label = try row.text("label").lowercased()
        guard let correct = choices.firstIndex(of: label) else { throw row.wrong("label", label, "true or false") }
        return EvaluationExample(
            id: id, pictures: pictures, question: try row.text("sentence"), choices: choices, references: [label],
            correctChoice: correct, categories: [("sentence", sentence)], cluster: sentence)
    }

    /// Equality with the label, case and a final full stop apart.
    static func score(_ answer: AnsweredExample) -> Double {
        if let choice = answer.choice { return choice == answer.example.correctChoice ? 1 : 0 }
        guard let output = answer.output, let label = answer.example.references.first else { return 0 }
        return ExactMatch.isCorrect(output, reference: label) ? 1 : 0
    }

    /// Adds consistency: the share of sentences with all their pictures right.
    static func summary(_ accuracy: TaskSummary, _ answers: [AnsweredExample]) -> TaskSummary {
        var isRight: [String: Bool] = [:]
        for (answer, score) in zip(answers, accuracy.exampleScores) {
            let sentence = answer.example.category("sentence") ?? ""
            isRight[sentence] = isRight[sentence, default: true] && score == 1
        }
        var summary = accuracy
        summary.values.append(
            ("consistency", Double(isRight.values.count { $0 }) / Double(max(1, isRight.count))))
        return summary
    }
}
