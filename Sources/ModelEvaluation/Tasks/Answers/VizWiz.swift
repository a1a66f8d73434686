/// VizWiz-VQA: photographs and spoken questions of blind people; many are unanswerable.
package struct VizWiz: VQATask {
    package static let card = TaskCard(
        name: "vizwiz", title: "VizWiz-VQA validation", files: ["val.json"],
        source: "vizwiz.org; pictures in val/", licence: "CC BY 4.0",
        metric: "VQA accuracy; one annotator is left out by position (answers have no ids)",
        variants: Self.variants(.lmmsEvalAI), prompt: .modelAsk, majorityBy: "answer_type")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(source.names(["{split}.json"], splits: ["val"]))
        files = [file]
        var examples: [EvaluationExample] = []
        for row in try source.rows(of: file) {
            let image = try row.text("image")
            let answers = try row.optional("answers", where: source.mayLackAnswers, else: []) {
                () throws(EvaluationFileError) in try row.texts("answers", each: "answer")
            }
            examples.append(
                EvaluationExample(
                    id: image, pictures: [source.picture(image, in: [source.split ?? "val", "images"])],
                    question: try row.text("question"), references: answers,
                    categories: try row.optionalText("answer_type").map { [("answer_type", $0)] } ?? []))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: file, field: "image")
    }

    /// The mean, with a word on what the official code would do here.
    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("accuracy", answers, variant: variant)
        if variant == VQAAccuracy.Variant.official.rawValue {
            summary.remarks.append(
                "VizWiz's answers have no ids: the official code leaves all equal ones out at once, here one is left out at "
                    + "a time")
        }
        return summary
    }

    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        Self.resultFile(answers, id: "image", answer: "answer")
    }
}
