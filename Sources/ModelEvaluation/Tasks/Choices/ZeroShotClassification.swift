import Foundation
import JSONText

/// Pictures in a folder a class: which of the class names is the likeliest caption?
package struct ZeroShotClassification: EvaluationTask {
    package static let card = TaskCard(
        name: "zero-shot", title: "Zero-shot classification, ImageNet's layout",
        files: ["classes.txt (FOLDER<TAB>NAME a line) or imagenet_class_index.json", "FOLDER/*.jpg"],
        fileChoice: .present,
        source: "image-net.org (ILSVRC2012 validation, sorted into folders), or your own folders",
        licence: "ImageNet: research, non-commercial", metric: "top-1 and top-5 accuracy by log p(name | picture)",
        prompt: .modelCaption, ranks: true)

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        let file = try source.file(["classes.txt", "imagenet_class_index.json"])
        files = [file]
        try source.requireNoSplit(of: file)
        let classes = try Self.classes(file, source)
        let names = classes.map(\.name)
        let root = source.images ?? source.folder
        var examples: [EvaluationExample] = []
        for (position, kind) in classes.enumerated() {
            let pictures = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(kind.folder)")) ?? []
            for picture in pictures.sorted() where Self.isPicture(picture) {
                let name = "\(kind.folder)/\(picture)"
                examples.append(
                    EvaluationExample(
                        id: name, pictures: [source.picture(name)], choices: names, references: [kind.name],
                        correctChoice: position, categories: [("class", kind.name)]))
            }
        }
        guard !examples.isEmpty else { throw .empty(file: root) }
        self.examples = examples
    }

    private static func isPicture(_ name: String) -> Bool {
        [".jpg", ".jpeg", ".png"].contains { name.lowercased().hasSuffix($0) }
    }

    private static func classes(
        _ file: String, _ source: TaskSource
    ) throws(EvaluationFileError) -> [(folder: String, name: String)] {
        if file.hasSuffix(".json") {
            var classes: [(number: Int, folder: String, name: String)] = []
            for (key, row) in try source.members(of: file) {
                guard let pair = row.value.array, pair.count == 2, let folder = pair[0].string,
                    let name = pair[1].string, let number = Int(key)
                else { throw .wrongShape(file: file, place: "\"\(key)\"", expected: "[folder, name] under a number") }
                classes.append((number, folder, PythonText.replacing("_", with: " ", in: name)))
            }
            return classes.sorted { $0.number < $1.number }.map { ($0.folder, $0.name) }
        }
        let text = String(decoding: try source.bytes(of: file), as: UTF8.self)
        var classes: [(folder: String, name: String)] = []
        for (index, line) in text.split(whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: "\t")
            guard cells.count == 2 else {
                throw .wrongShape(file: file, place: "line \(index + 1)", expected: "FOLDER<TAB>NAME")
            }
            classes.append((String(cells[0]), PythonText.stripped(String(cells[1]))))
        }
        guard classes.count > 1 else { throw .empty(file: file) }
        return classes
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        if let choice = answer.choice { return choice == answer.example.correctChoice ? 1 : 0 }
        guard let output = answer.output, let name = answer.example.references.first else { return 0 }
        return ExactMatch.isCorrect(output, reference: name) ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("top_1", answers, variant: variant)
        let scored = answers.filter { !$0.choiceScores.isEmpty }
        if !scored.isEmpty {
            let hits = scored.count { answer in
                let scores = answer.choiceScores
                guard let own = answer.example.correctChoice, scores.indices.contains(own) else { return false }
                return scores.count { $0 > scores[own] } < 5
            }
            summary.values.append(("top_5", Double(hits) / Double(answers.count)))
        }
        return summary
    }
}
