import JSONText

/// MMMU and sets in its form: questions of many subjects with one to seven pictures, with choices or open.
package struct MMMUTask: EvaluationTask {
    package static let card = TaskCard(
        name: "mmmu", title: "MMMU-style questions", files: ["validation.jsonl", "mmmu_val.jsonl", "dev.jsonl"],
        source: "huggingface.co/datasets/MMMU/MMMU, its rows as JSON lines, image_1 … image_7 being paths of pictures",
        licence: "Apache-2.0 (not verified)",
        metric: "micro accuracy; an answer that names no choice is wrong (the reference draws at random)",
        variants: ["mmmu", "letter"], prompt: .modelAsk,
        writtenPrompt: .template(
            "{question}⟦\n{lettered}\n\nAnswer with the option's letter from the given choices directly.⟧"),
        isClosed: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(
            source.split == nil
                ? Self.card.files : source.names(["{split}.jsonl", "mmmu_{split}.jsonl"], splits: []))
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) { examples.append(try Self.example(of: row, source)) }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "id")
    }

    private static func example(of row: TaskRow, _ source: TaskSource) throws(EvaluationFileError) -> EvaluationExample
    {
        let id = try row.text("id")
        let isOpen = try row.text("question_type") == "open"
        let options = try options(of: row)
        guard isOpen || !options.isEmpty else { throw row.problem("options", "a list of options") }
        let correct = isOpen ? nil : try row.letter("answer", of: options)
        var pictures: [PictureReference] = []
        for number in 1...7 {
            if let name = try row.optionalText("image_\(number)") {
                pictures.append(source.picture(name, in: ["images"]))
            }
        }
        let subject = id.split(separator: "_").dropFirst().dropLast().joined(separator: "_")
        return EvaluationExample(
            id: id, pictures: pictures, question: withoutMarks(try row.text("question")),
            choices: isOpen ? [] : options.map(withoutMarks),
            references: isOpen ? try gold(of: row) : correct.map { [options[$0]] } ?? [], correctChoice: correct,
            categories: [
                ("discipline", MMMUDisciplines.name(of: subject)), ("subject", subject),
                ("question_type", isOpen ? "open" : "multiple-choice"),
            ], cluster: id)
    }

    /// A list, or a Python literal of one.
    private static func options(of row: TaskRow) throws(EvaluationFileError) -> [String] {
        if row.value["options"]?.array != nil { return try row.texts("options") }
        guard let text = try row.optionalText("options") else { return [] }
        guard let list = PythonList.texts(text) else { throw row.wrong("options", text, "a Python list of texts") }
        return list
    }

    /// The right answers of an open question: a text, or a Python list of some.
    private static func gold(of row: TaskRow) throws(EvaluationFileError) -> [String] {
        let answers = try row.textOrTexts("answer")
        return answers.count == 1 ? PythonList.texts(answers[0]) ?? answers : answers
    }

    /// Pictures stand before the text; the marks of their places in it are taken out.
    private static func withoutMarks(_ text: String) -> String {
        PythonText.stripped(
            (1...7).reduce(text) { PythonText.replacing("<image \($1)>", with: "", in: $0) })
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        if let choice = answer.choice { return choice == answer.example.correctChoice ? 1 : 0 }
        guard let output = answer.output else { return 0 }
        guard let correct = answer.example.correctChoice else {
            return MMMUOpenAnswer.isCorrect(response: output, gold: answer.example.references) ? 1 : 0
        }
        let reading = ChoiceLetter.Variant(rawValue: variant) ?? .mmmu
        let said = ChoiceLetter.option(in: output, options: answer.example.choices, variant: reading)
        return said == correct ? 1 : 0
    }

    /// `{"validation_Accounting_1": "B"}`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let members = answers.map { answer -> (String, JSONValue) in
            let letters = ChoiceLetter.letters(answer.example.choices.count)
            return (answer.example.id, .string(answer.choice.map { letters[$0] } ?? answer.output ?? ""))
        }
        return ResultFile(name: "mmmu_results.json", text: JSONValue.object(members).text + "\n")
    }
}
