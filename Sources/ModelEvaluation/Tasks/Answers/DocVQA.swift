import JSONText

/// DocVQA, task 1: questions about scanned pages.
package struct DocVQA: EvaluationTask {
    package static let card = TaskCard(
        name: "docvqa", title: "DocVQA validation (task 1)", files: ["val_v1.0_withQT.json", "val_v1.0.json"],
        source: "rrc.cvc.uab.es, after registration; pictures in documents/",
        licence: "annotations MIT (not verified)", metric: "ANLS", prompt: .modelAsk)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(
            source.names(["{split}_v1.0_withQT.json", "{split}_v1.0.json"], splits: ["val"]))
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.rows(of: file, member: "data") {
            let id = try row.id("questionId")
            let answers = try row.optional("answers", where: source.mayLackAnswers, else: []) {
                () throws(EvaluationFileError) in try row.texts("answers")
            }
            let types = row.value["question_types"]?.array?.compactMap(\.string) ?? []
            examples.append(
                EvaluationExample(
                    id: id.description, officialID: id.json, pictures: [source.picture(try row.text("image"))],
                    question: try row.text("question"), references: answers,
                    categories: types.first.map { [("question_type", $0)] } ?? []))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "questionId")
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        answer.output.map { ANLS.score(prediction: $0, references: answer.example.references) } ?? 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        try meanSummary("ANLS", answers, variant: variant)
    }

    /// `[{"questionId", "answer"}]`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let rows = answers.map { answer in
            JSONValue.object([("questionId", answer.example.officialID), ("answer", .string(answer.output ?? ""))])
        }
        return ResultFile(name: "docvqa_results.json", text: JSONValue.array(rows).text + "\n")
    }
}
