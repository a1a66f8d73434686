import JSONText

/// Multiple choice without pictures, by log-likelihood: does the language model still know what it knew?
package struct TextChoices: ChoiceTask {
    package static let card = TaskCard(
        name: "text-choices", title: "Text-only multiple choice", files: ["choices.jsonl"],
        source:
            "your own, or HellaSwag's rows: {\"question\" or \"ctx\", \"choices\" or \"endings\", \"answer\" or \"label\"}",
        licence: "yours", metric: "accuracy by log p(choice | text); acc_characters divides by the choice's characters",
        variants: Self.variants(.letter), prompt: .template("{question}"), writtenPrompt: Self.letterPrompt, ranks: true
    )

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.card.files)
        try source.requireNoSplit(of: file)
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) {
            let text = try row.value["ctx"] != nil ? row.text("ctx") : row.text("question")
            let choices = try row.texts(row.value["endings"] != nil ? "endings" : "choices")
            let field = row.value["label"] != nil ? "label" : "answer"
            let id = try row.value["id"] != nil ? row.id("id").description : String(row.number)
            let correct = try Self.correct(row, field, choices)
            examples.append(
                EvaluationExample(
                    id: id, pictures: [], question: text, choices: choices, references: [choices[correct]],
                    correctChoice: correct, cluster: id))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "id")
    }

    /// A position from 0, as a number or in quotes, a letter, or the choice's text.
    private static func correct(
        _ row: TaskRow, _ field: String, _ choices: [String]
    ) throws(EvaluationFileError) -> Int {
        guard let text = row.value[field]?.string else { return try row.position(field, of: choices) }
        if let position = choices.firstIndex(of: text) { return position }
        if let position = Int(text), choices.indices.contains(position) { return position }
        return try row.letter(field, of: choices)
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try choiceSummary(answers, variant: variant)
        if answers.allSatisfy(\.choiceScores.isEmpty) { return summary }
        let perCharacter = answers.count { answer in
            let lengths = answer.example.choices.map { Double(max(1, $0.unicodeScalars.count)) }
            let scores = zip(answer.choiceScores, lengths).map { $0 / $1 }
            guard scores.count == lengths.count, let best = scores.max() else { return false }
            return scores.firstIndex(of: best) == answer.example.correctChoice
        }
        summary.values.append(("acc_characters", Double(perCharacter) / Double(answers.count)))
        summary.remarks.append("acc_characters holds where choices are compared by sum")
        return summary
    }
}
