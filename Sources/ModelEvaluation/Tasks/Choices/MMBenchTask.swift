import Foundation
import JSONText

/// MMBench and other multiple-choice tables of VLMEvalKit: questions with their pictures in base64.
///
/// A question counts where every rotation of its options is answered right. Where the file holds no rotations they are made.
package struct MMBenchTask: ChoiceTask {
    package static let card = TaskCard(
        name: "mmbench", title: "MMBench (TSV)",
        files: ["MMBench_DEV_EN.tsv", "MMBench_DEV_EN_V11.tsv", "mmbench_dev_20230712.tsv"],
        source: "opencompass.openxlab.space (any multiple-choice TSV of VLMEvalKit: --data FILE.tsv)",
        licence: "Apache-2.0 (not verified)", metric: "circular accuracy; vanilla accuracy over unrotated rows",
        variants: Self.variants(.letter), prompt: .modelAsk,
        writtenPrompt: .template(
            "⟦{hint} ⟧{question} There are several options:\n{lettered}\nAnswer with the option's letter from the given "
                + "choices directly."), ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(Self.card.files)
        files = [file]
        var rows = try source.table(of: file)
        if let split = source.split {
            let splits = Set(rows.compactMap { $0.value["split"]?.string })
            rows = rows.filter { $0.value["split"]?.string == split }
            guard !rows.isEmpty else { throw .noSuchSplit(file: file, split: split, splits: splits.sorted()) }
        }
        let cells = Dictionary(
            rows.compactMap { row in row.value["index"]?.string.map { ($0, row) } }
        ) { first, _ in first }
        var base: [(index: Int, example: EvaluationExample)] = []
        for row in rows { base.append(try Self.example(of: row, cells)) }
        let hasRotations = base.contains { $0.index >= MMBench.rotationStep }
        examples = hasRotations ? base.map(\.example) : base.flatMap(Self.rotations)
        try TaskSource.requireUnique(examples, file: file, field: "index")
    }

    private static func example(
        of row: TaskRow, _ cells: [String: TaskRow]
    ) throws(EvaluationFileError) -> (index: Int, example: EvaluationExample) {
        let text = try row.text("index")
        guard let index = Int(text), index >= 0 else { throw row.wrong("index", text, "a whole number") }
        var choices: [String] = []
        for letter in ChoiceLetter.letters(8) {
            guard let choice = try row.optionalText(letter) else { break }
            choices.append(choice)
        }
        guard choices.count > 1 else { throw row.problem("B", "the text of an option") }
        let correct = try row.letter("answer", of: choices)
        var categories: [(name: String, value: String)] = []
        for name in ["category", "l2-category"] {
            if let value = try row.optionalText(name) { categories.append((name, value)) }
        }
        let pictures = try pictures(of: row, cells, visited: [])
        return (
            index,
            EvaluationExample(
                id: text, officialID: .integer(index), pictures: pictures, question: try row.text("question"),
                slots: ["hint": try row.optionalText("hint") ?? ""], choices: choices, references: [choices[correct]],
                correctChoice: correct, categories: categories, cluster: String(index % MMBench.rotationStep))
        )
    }

    /// The picture in base64, or a Python list of several; a short number says: those of the row of this index.
    private static func pictures(
        of row: TaskRow, _ rows: [String: TaskRow], visited: Set<String>
    ) throws(EvaluationFileError) -> [PictureReference] {
        let cell = try row.text("image")
        if cell.utf8.count <= 10, cell.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            guard let other = rows[cell], !visited.contains(cell) else {
                throw row.wrong("image", cell, "the index of a row with a picture")
            }
            return try pictures(of: other, rows, visited: visited.union([cell]))
        }
        let name = "index \(try row.text("index"))"
        let codes = cell.hasPrefix("[") ? PythonList.texts(cell) ?? [] : [cell]
        var pictures: [PictureReference] = []
        for (place, code) in codes.enumerated() {
            guard let data = Data(base64Encoded: code, options: .ignoreUnknownCharacters), !data.isEmpty else {
                throw row.problem("image", "a picture in base64")
            }
            pictures.append(.encoded(bytes: Array(data), name: codes.count == 1 ? name : "\(name), \(place + 1)"))
        }
        guard !pictures.isEmpty else { throw row.problem("image", "a picture in base64") }
        return pictures
    }

    private static func rotations(of base: (index: Int, example: EvaluationExample)) -> [EvaluationExample] {
        let options = base.example.choices
        return MMBench.rotations(count: options.count, answer: base.example.correctChoice ?? 0).map { rotation in
            var example = base.example
            example.id = String(base.index + rotation.indexOffset)
            example.officialID = .integer(base.index + rotation.indexOffset)
            example.choices = rotation.order.map { options[$0] }
            example.correctChoice = rotation.answer
            return example
        }
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        let choices = try choiceSummary(answers, variant: variant)
        let rows = zip(answers, choices.exampleScores).map { answer, score in
            MMBench.Row(
                index: Int(answer.example.id) ?? 0, isCorrect: score == 1,
                category: answer.example.category("category") ?? "")
        }
        let score = try MMBench.score(rows)
        let groups = try MMBench.score(
            zip(answers, rows).map { answer, row in
                MMBench.Row(
                    index: row.index, isCorrect: row.isCorrect, category: answer.example.category("l2-category") ?? "")
            })
        return TaskSummary(
            primary: "circular_accuracy",
            values: [("circular_accuracy", score.circular), ("vanilla_accuracy", score.vanilla)]
                + choices.values.filter { $0.name == "undecided" }
                + (groups.byCategory.sorted { $0.key < $1.key } + score.byCategory.sorted { $0.key < $1.key })
                .filter { !$0.key.isEmpty }.map { ("circular_\($0.key)", $0.value) },
            exampleScores: choices.exampleScores,
            resampled: { places in
                // A question drawn twice weighs twice: its rows stand together.
                var hits: [Bool] = []
                var last: Int?
                for place in places {
                    let question = rows[place].index % MMBench.rotationStep
                    let isNew = question != last || rows[place].index == question
                    if isNew { hits.append(true) }
                    hits[hits.count - 1] = hits[hits.count - 1] && rows[place].isCorrect
                    last = question
                }
                return hits.isEmpty ? 0 : Double(hits.count { $0 }) / Double(hits.count)
            })
    }
}
