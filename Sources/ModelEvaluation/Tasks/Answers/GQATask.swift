import JSONText

/// GQA: questions made from scene graphs, one answer each.
package struct GQATask: EvaluationTask {
    package static let card = TaskCard(
        name: "gqa", title: "GQA test-dev, balanced",
        files: ["testdev_balanced_questions.json", "val_balanced_questions.json", "val_all_questions.json"],
        source: "cs.stanford.edu/people/dorarad/gqa (questions1.2.zip); pictures in images/", licence: "CC BY 4.0",
        metric: "accuracy, binary and open accuracy, consistency (validity, plausibility, grounding are absent)",
        variants: ["official", "lmms-eval", "lavis"], prompt: .modelAsk, majorityBy: "structural")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]
    private let entailed: [String: [String]]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(
            source.split == nil
                ? Self.card.files
                : source.names(["{split}_balanced_questions.json", "{split}_all_questions.json"], splits: []))
        files = [file]
        var examples: [EvaluationExample] = []
        var entailed: [String: [String]] = [:]
        for (id, row) in try source.members(of: file) {
            var categories: [(name: String, value: String)] = []
            for name in ["structural", "semantic", "detailed"] {
                if let value = row.value["types"]?[name]?.string { categories.append((name, value)) }
            }
            entailed[id] = row.value["entailed"]?.array?.compactMap(\.string) ?? []
            examples.append(
                EvaluationExample(
                    id: id, pictures: [source.picture(try row.text("imageId") + ".jpg", in: ["images"])],
                    question: try row.text("question"), references: [try row.text("answer")],
                    categories: categories))
        }
        self.examples = examples
        self.entailed = entailed
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let output = answer.output, let truth = answer.example.references.first else { return 0 }
        switch variant {
        case "lmms-eval":
            return ExactMatch.isCorrect(output, reference: truth, variant: .withoutPunctuation) ? 1 : 0
        case "lavis": return VQAAnswerText.processed(output).isIdentical(to: VQAAnswerText.processed(truth)) ? 1 : 0
        default: return output.isIdentical(to: truth) ? 1 : 0
        }
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("accuracy", answers, variant: variant)
        for (name, isBinary) in [("binary_accuracy", true), ("open_accuracy", false)] {
            let scores = zip(answers, summary.exampleScores).filter { Self.isBinary($0.0.example) == isBinary }.map(\.1)
            if !scores.isEmpty { summary.values.append((name, try SampleMean(scores).mean)) }
        }
        let isCorrect = Dictionary(
            zip(answers.map(\.example.id), summary.exampleScores.map { $0 == 1 })
        ) { first, _ in first }
        if let consistency = GQA.consistency(isCorrect: isCorrect, entailed: entailed) {
            summary.values.append(("consistency", consistency))
            summary.remarks.append("consistency counts entailed questions that were not asked as wrong")
        }
        return summary
    }

    private static func isBinary(_ example: EvaluationExample) -> Bool {
        ["yes", "no"].contains(example.references.first ?? "")
    }

    /// `[{"questionId", "prediction"}]`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let rows = answers.map { answer in
            JSONValue.object([
                ("questionId", .string(answer.example.id)), ("prediction", .string(answer.output ?? "")),
            ])
        }
        return ResultFile(name: "gqa_results.json", text: JSONValue.array(rows).text + "\n")
    }
}
