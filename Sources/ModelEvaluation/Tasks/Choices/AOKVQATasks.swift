import JSONText

/// The file of both A-OKVQA tasks.
enum AOKVQAFile {
    static let files = ["aokvqa_v1p0_val.json"]
    static let patterns = ["aokvqa_v1p0_{split}.json"]
    static let source = "github.com/allenai/aokvqa; pictures of COCO val2017, in val2017/"
    static let licence = "Apache-2.0 (not verified)"

    /// The examples that `isWanted`.
    static func examples(
        _ file: String, _ source: TaskSource, where isWanted: (TaskRow) -> Bool
    ) throws(EvaluationFileError) -> [EvaluationExample] {
        var examples: [EvaluationExample] = []
        for row in try source.rows(of: file) where isWanted(row) {
            let digits = String(try row.integer("image_id"))
            let name = String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".jpg"
            let choices = try row.texts("choices")
            let answers = try row.optional("direct_answers", where: source.mayLackAnswers, else: []) {
                () throws(EvaluationFileError) in try row.texts("direct_answers")
            }
            let correct = try row.optional("correct_choice_idx", where: source.mayLackAnswers, else: nil) {
                () throws(EvaluationFileError) -> Int? in try row.position("correct_choice_idx", of: choices)
            }
            examples.append(
                EvaluationExample(
                    id: try row.text("question_id"), pictures: [source.picture(name, in: COCOCaptions.places)],
                    question: try row.text("question"), choices: choices,
                    references: answers, correctChoice: correct))
        }
        try TaskSource.requireUnique(examples, file: file, field: "question_id")
        return examples
    }

    /// `{"<question_id>": {"multiple_choice" or "direct_answer": …}}`
    static func resultFile(_ answers: [AnsweredExample], member: String, name: String) -> ResultFile {
        let members = answers.map { answer in
            (answer.example.id, JSONValue.object([(member, .string(answer.output ?? ""))]))
        }
        return ResultFile(name: name, text: JSONValue.object(members).text + "\n")
    }
}

/// A-OKVQA with four choices: the text of the right one.
package struct AOKVQAMultipleChoice: EvaluationTask {
    package static let card = TaskCard(
        name: "a-okvqa-mc", title: "A-OKVQA validation, multiple choice", files: AOKVQAFile.files,
        source: AOKVQAFile.source, licence: AOKVQAFile.licence, metric: "accuracy (equality of the choice's text)",
        prompt: .modelAsk, writtenPrompt: .template("Question: {question} Options: {bracketed}. Short answer:"),
        ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(source.names(AOKVQAFile.patterns, splits: ["val"]))
        files = [file]
        examples = try AOKVQAFile.examples(file, source) { _ in true }
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        let (example, correct) = (answer.example, answer.example.correctChoice ?? -1)
        if let choice = answer.choice { return choice == correct ? 1 : 0 }
        guard let output = answer.output else { return 0 }
        return AOKVQA.isCorrect(prediction: output, choices: example.choices, correct: correct) ? 1 : 0
    }

    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        AOKVQAFile.resultFile(
            answers, member: "multiple_choice", name: "predictions_\(source.split ?? "val")_mc.json")
    }
}

/// A-OKVQA in one's own words: three of ten annotators must say the same; difficult questions are left out.
package struct AOKVQADirectAnswer: EvaluationTask {
    package static let card = TaskCard(
        name: "a-okvqa-da", title: "A-OKVQA validation, direct answer", files: AOKVQAFile.files,
        source: AOKVQAFile.source, licence: AOKVQAFile.licence,
        metric: "min(1, equal answers / 3); nothing is processed, difficult_direct_answer is left out",
        prompt: .modelAsk)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(source.names(AOKVQAFile.patterns, splits: ["val"]))
        files = [file]
        // Without choices: they are not shown, and not ranked.
        examples = try AOKVQAFile.examples(file, source) { $0.value["difficult_direct_answer"]?.bool != true }
            .map { example in
                var example = example
                (example.choices, example.correctChoice) = ([], nil)
                return example
            }
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        answer.output.map { AOKVQA.directAnswerScore(prediction: $0, answers: answer.example.references) } ?? 0
    }

    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        AOKVQAFile.resultFile(
            answers, member: "direct_answer", name: "predictions_\(source.split ?? "val")_da.json")
    }
}
