import JSONText

/// SEED-Bench, the questions about pictures.
package struct SEEDBench: ChoiceTask {
    package static let card = TaskCard(
        name: "seed-bench", title: "SEED-Bench, questions about pictures", files: ["SEED-Bench.json"],
        source: "huggingface.co/datasets/AILab-CVC/SEED-Bench; pictures in SEED-Bench-image/",
        licence: "CC BY-NC 4.0", metric: "accuracy; by type of question", variants: Self.variants(.firstCharacter),
        prompt: .modelAsk, writtenPrompt: Self.letterPrompt, ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.card.files)
        try source.requireNoSplit(of: file)
        files = [file]
        let types = try source.json(file)["question_type"]?.object?.members ?? []
        var examples: [EvaluationExample] = []
        for row in try source.rows(of: file, member: "questions")
        where row.value["data_type"]?.string ?? "image" == "image" {
            let choices = [
                try row.text("choice_a"), try row.text("choice_b"), try row.text("choice_c"), try row.text("choice_d"),
            ]
            let correct = try row.letter("answer", of: choices)
            let type = row.value["question_type_id"]?.integer
            let name = types.first { $0.value.integer == type }?.key ?? type.map { String($0) } ?? ""
            let id = try row.id("question_id")
            examples.append(
                EvaluationExample(
                    id: id.description, officialID: id.json,
                    pictures: [source.picture(try row.id("data_id").description, in: ["SEED-Bench-image", "images"])],
                    question: try row.text("question"), choices: choices, references: [choices[correct]],
                    correctChoice: correct, categories: name.isEmpty ? [] : [("type", name)]))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "question_id")
    }

    /// Lines `{"question_id", "prediction": "A"}`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let lines = answers.map { answer in
            JSONValue.object([
                ("question_id", answer.example.officialID),
                ("prediction", .string(letter(of: answer, variant: Self.card.variants[0]))),
            ]).text + "\n"
        }
        return ResultFile(name: "seed-bench_predictions.jsonl", text: lines.joined())
    }
}
