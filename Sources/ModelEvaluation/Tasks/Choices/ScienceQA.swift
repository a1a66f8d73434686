import JSONText

/// ScienceQA, the questions with a picture.
package struct ScienceQA: ChoiceTask {
    package static let card = TaskCard(
        name: "scienceqa", title: "ScienceQA test, questions with a picture",
        files: ["problems.json", "pid_splits.json"],
        fileChoice: .all,
        source: "scienceqa.github.io; pictures in test/PID/image.png", licence: "CC BY-NC-SA 4.0",
        metric: "accuracy; by subject and grade", variants: Self.variants(.letter), prompt: .modelAsk,
        writtenPrompt: Self.letterPrompt, ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        files = [try source.file([Self.card.files[0]]), try source.file([Self.card.files[1]])]
        let split = source.split ?? "test"
        let splits = try source.json(files[1])
        guard let ids = splits[split]?.array?.compactMap(\.string) else {
            throw .noSuchSplit(file: files[1], split: split, splits: splits.object?.keys ?? [])
        }
        let problems = Dictionary(try source.members(of: files[0]).map { ($0.key, $0.row) }) { first, _ in first }
        var examples: [EvaluationExample] = []
        for id in ids {
            guard let row = problems[id] else {
                throw .unknown(file: files[1], references: files[0], field: "pid", ids: [.text(id)])
            }
            guard let image = try row.optionalText("image") else { continue }
            let choices = try row.texts("choices")
            let folder = try row.optionalText("split") ?? split
            let correct = try row.position("answer", of: choices)
            examples.append(
                EvaluationExample(
                    id: id, pictures: [source.picture("\(folder)/\(id)/\(image)", in: ["images"])],
                    question: try row.text("question"), slots: ["hint": try row.optionalText("hint") ?? ""],
                    choices: choices, references: [choices[correct]], correctChoice: correct,
                    categories: try Self.categories(of: row)))
        }
        self.examples = examples
        try TaskSource.requireUnique(examples, file: files[1], field: "pid")
    }

    private static func categories(of row: TaskRow) throws(EvaluationFileError) -> [(name: String, value: String)] {
        var categories: [(name: String, value: String)] = []
        if let subject = try row.optionalText("subject") { categories.append(("subject", subject)) }
        categories.append(("context", try row.optionalText("hint") == nil ? "picture" : "picture and text"))
        if let grade = try row.optionalText("grade"), let number = Int(grade.filter(\.isNumber)) {
            categories.append(("grade", number <= 6 ? "1-6" : "7-12"))
        }
        return categories
    }
}
