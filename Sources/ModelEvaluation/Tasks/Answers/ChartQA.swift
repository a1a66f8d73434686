import JSONText

/// ChartQA: questions about charts, written by people and made from their descriptions.
package struct ChartQA: EvaluationTask {
    package static let card = TaskCard(
        name: "chartqa", title: "ChartQA test", files: ["test_human.json", "test_augmented.json"],
        fileChoice: .present,
        source: "github.com/vis-nlp/ChartQA, ChartQA Dataset/test; pictures in png/",
        licence: "GPL-3.0 (not verified)", metric: "relaxed accuracy: overall, human, augmented", prompt: .modelAsk)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        var files: [String] = []
        var examples: [EvaluationExample] = []
        let split = source.split ?? "test"
        for part in ["human", "augmented"] {
            let name = "\(split)_\(part).json"
            guard let file = source.optionalFile([name, "\(split)/\(name)"]) else { continue }
            files.append(file)
            for row in try source.rows(of: file) {
                let image = try row.text("imgname")
                examples.append(
                    EvaluationExample(
                        id: "\(part):\(row.number)", pictures: [source.picture(image, in: ["png", "\(split)/png"])],
                        question: try row.text("query"), references: [try row.text("label")],
                        categories: [("part", part)]))
            }
        }
        guard !examples.isEmpty else { throw .missing(place: source.data, names: Self.card.files) }
        self.files = files
        self.examples = examples
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let output = answer.output, let target = answer.example.references.first else { return 0 }
        return RelaxedAccuracy.isCorrect(prediction: output, target: target) ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("relaxed_accuracy", answers, variant: variant)
        for part in ["human", "augmented"] {
            let scores = zip(answers, summary.exampleScores).filter { $0.0.example.category("part") == part }.map(\.1)
            if !scores.isEmpty { summary.values.append((part, try SampleMean(scores).mean)) }
        }
        return summary
    }

    /// The official rows with a prediction.
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let rows = answers.map { answer in
            JSONValue.object([
                ("imgname", .string(answer.example.pictures.first?.name ?? "")),
                ("query", .string(answer.example.question ?? "")),
                ("label", .string(answer.example.references.first ?? "")),
                ("prediction", .string(answer.output ?? "")),
            ])
        }
        return ResultFile(name: "chartqa_results.json", text: JSONValue.array(rows).text + "\n")
    }
}
