import JSONText

/// POPE: is this object in the picture? Half of the questions are about objects that are not.
package struct POPETask: EvaluationTask {
    package static let card = TaskCard(
        name: "pope", title: "POPE (random, popular, adversarial)",
        files: ["coco_pope_random.json", "coco_pope_popular.json", "coco_pope_adversarial.json"],
        fileChoice: .present,
        source: "github.com/AoiDragon/POPE, output/coco; pictures of COCO val2014, in val2014/", licence: "MIT",
        metric: "F1 (mean over the files), accuracy, precision, recall, share of yes",
        variants: POPE.Variant.allCases.map(\.rawValue), prompt: .modelAsk, isClosed: true)

    /// What is ranked where answers are ranked.
    static let choices = ["yes", "no"]

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        var files: [String] = []
        var examples: [EvaluationExample] = []
        let names =
            source.split == nil ? Self.card.files : source.names(["coco_pope_{split}.json"], splits: [])
        for name in names {
            // One file may be named itself; its name says which it is.
            let own = source.isFolder(source.data) ? source.optionalFile([name]) : try source.file([])
            guard let own, !files.contains(own) else { continue }
            files.append(own)
            examples += try Self.examples(of: own, source)
        }
        guard !examples.isEmpty else { throw .missing(place: source.data, names: names) }
        self.files = files
        self.examples = examples
        try TaskSource.requireUnique(examples, file: files[0], field: "question_id")
    }

    private static func examples(
        of file: String, _ source: TaskSource
    ) throws(EvaluationFileError) -> [EvaluationExample] {
        let part = ["random", "popular", "adversarial"].first { file.hasSuffix("\($0).json") } ?? "all"
        var examples: [EvaluationExample] = []
        for row in try source.lines(of: file) {
            let label = try row.text("label")
            guard let correct = choices.firstIndex(of: label) else { throw row.wrong("label", label, "yes or no") }
            let id = try row.id("question_id")
            examples.append(
                EvaluationExample(
                    id: "\(part):\(id)", officialID: id.json,
                    pictures: [source.picture(try row.text("image"), in: COCOCaptions.places)],
                    question: try row.text("text"), choices: choices, references: [label], correctChoice: correct,
                    categories: [("part", part), ("label", label)]))
        }
        return examples
    }

    private func saysYes(_ answer: AnsweredExample, variant: String) -> Bool? {
        if let choice = answer.choice { return choice == 0 }
        return answer.output.flatMap { POPE.saysYes($0, variant: POPE.Variant(rawValue: variant) ?? .official) }
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        saysYes(answer, variant: variant) == (answer.example.correctChoice == 0) ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        let said = answers.map { (saysYes($0, variant: variant), $0.example.correctChoice == 0) }
        let parts = answers.map { $0.example.category("part") ?? "" }
        let names = parts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let f1: @Sendable ([Int]) -> Double = { places in
            let each = names.compactMap { name -> Double? in
                var counts = BinaryCounts()
                for place in places where parts[place] == name {
                    counts.count(predictedYes: said[place].0, isYes: said[place].1)
                }
                return counts.total == 0 ? nil : counts.f1
            }
            return each.isEmpty ? 0 : each.reduce(0, +) / Double(each.count)
        }
        var all = BinaryCounts()
        for (saysYes, isYes) in said { all.count(predictedYes: saysYes, isYes: isYes) }
        var values: [(name: String, value: Double?)] = [
            ("F1", f1(Array(answers.indices))), ("accuracy", all.accuracy), ("precision", all.precision),
            ("recall", all.recall), ("yes_share", all.yesShare),
        ]
        if names.count > 1 {
            values += names.map { name in ("F1_\(name)", f1(answers.indices.filter { parts[$0] == name })) }
        }
        return TaskSummary(
            primary: "F1", values: values,
            exampleScores: answers.map { score($0, variant: variant) ?? 0 }, resampled: f1)
    }

    /// A file for each of the task's: lines `{"question", "answer"}`, in the order of the questions.
    package func resultFiles(_ answers: [AnsweredExample]) -> [ResultFile] {
        ["random", "popular", "adversarial", "all"].compactMap { part in
            let own = answers.filter { $0.example.category("part") == part }
            return own.isEmpty ? nil : ResultFile(name: "pope_answers_\(part).json", text: Self.lines(own))
        }
    }

    private static func lines(_ answers: [AnsweredExample]) -> String {
        let lines = answers.map { answer in
            JSONValue.object([
                ("question", .string(answer.example.question ?? "")), ("answer", .string(answer.output ?? "")),
            ]).text + "\n"
        }
        return lines.joined()
    }
}
