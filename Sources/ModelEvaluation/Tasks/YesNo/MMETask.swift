import Foundation

/// MME: two yes/no questions a picture, in 14 tasks of perception and cognition.
package struct MMETask: EvaluationTask {
    package static let card = TaskCard(
        name: "mme", title: "MME",
        files: (MME.perception + MME.cognition).map { "\($0)/NAME.txt (question<TAB>Yes|No, two lines a picture)" },
        fileChoice: .present,
        source: "MME_Benchmark_release_version of github.com/BradyFU/Awesome-Multimodal-Large-Language-Models",
        licence: "academic use; pictures may not be passed on",
        metric: "MME score: sum over tasks of accuracy and accuracy+ in percent (at most 2800)",
        variants: ["official", "lmms-eval"], prompt: .modelAsk, isClosed: true, majorityBy: "task")

    package let source: TaskSource
    package let files: [String]
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        var files: [String] = []
        var examples: [EvaluationExample] = []
        for task in MME.perception + MME.cognition {
            for (path, stem) in Self.texts(of: task, in: source.folder) {
                files.append(path)
                examples += try Self.examples(path, stem: stem, task: task, source)
            }
        }
        guard !examples.isEmpty else { throw .missing(place: source.data, names: ["existence/*.txt", "count/*.txt"]) }
        try source.requireNoSplit(of: source.data)
        self.files = files
        self.examples = examples
    }

    /// Files of questions of a task, with the names of their pictures without extension.
    private static func texts(of task: String, in folder: String) -> [(path: String, stem: String)] {
        for (questions, pictures) in [("\(task)/questions_answers_YN", "\(task)/images"), (task, task)] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(questions)")) ?? []
            let texts = names.filter { $0.hasSuffix(".txt") }.sorted()
            if !texts.isEmpty { return texts.map { ("\(folder)/\(questions)/\($0)", "\(pictures)/\($0.dropLast(4))") } }
        }
        return []
    }

    private static func examples(
        _ path: String, stem: String, task: String, _ source: TaskSource
    ) throws(EvaluationFileError) -> [EvaluationExample] {
        let text = String(decoding: try source.bytes(of: path), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count == 2 else {
            throw .wrongShape(file: path, place: "the file, of \(lines.count) lines,", expected: "two questions")
        }
        let picture = [".jpg", ".png", ".jpeg", ".JPG", ".PNG"].map { stem + $0 }.first {
            FileManager.default.fileExists(atPath: "\(source.images ?? source.folder)/\($0)")
        }
        var examples: [EvaluationExample] = []
        for (index, line) in lines.enumerated() {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(PythonText.stripped(of:))
            guard cells.count == 2, let correct = ["Yes", "No"].firstIndex(of: cells[1]) else {
                throw .wrongShape(file: path, place: "line \(index + 1)", expected: "question<TAB>Yes or No")
            }
            examples.append(
                EvaluationExample(
                    id: "\(stem):\(index + 1)", pictures: [source.picture(picture ?? stem + ".jpg")],
                    question: cells[0], choices: ["Yes", "No"], references: [cells[1]], correctChoice: correct,
                    categories: [("task", task)], cluster: stem))
        }
        return examples
    }

    private func reading(_ answer: AnsweredExample, variant: String) -> MME.Reading {
        if let choice = answer.choice { return choice == 0 ? .yes : .no }
        guard let output = answer.output else { return .other }
        return variant == "lmms-eval" ? MME.readingAsLMMSEval(output) : MME.reading(output)
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        reading(answer, variant: variant) == (answer.example.correctChoice == 0 ? .yes : .no) ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        let scores = try taskScores(answers, variant: variant)
        func sum(_ tasks: [String]) -> Double { tasks.reduce(0) { $0 + (scores[$1]?.score ?? 0) } }
        let names = MME.perception + MME.cognition
        var values: [(name: String, value: Double?)] = [
            ("MME", sum(names)), ("perception", sum(MME.perception)), ("cognition", sum(MME.cognition)),
        ]
        for name in names {
            guard let score = scores[name] else { continue }
            values += [("\(name)_accuracy", score.accuracy), ("\(name)_accuracy_plus", score.accuracyPlus)]
        }
        let missing = names.filter { scores[$0] == nil }
        return TaskSummary(
            primary: "MME", values: values, exampleScores: answers.map { score($0, variant: variant) ?? 0 },
            resampled: { places in
                (try? taskScores(places.map { answers[$0] }, variant: variant, resampled: true))
                    .map { $0.values.reduce(0) { $0 + $1.score } } ?? 0
            }, remarks: missing.isEmpty ? [] : ["without \(missing.joined(separator: ", "))"])
    }

    /// Pictures drawn several times in a resample count as several.
    private func taskScores(
        _ answers: [AnsweredExample], variant: String, resampled: Bool = false
    ) throws(MetricError) -> [String: MME.TaskScore] {
        var groups: [String: [(image: String, reading: MME.Reading, isYes: Bool)]] = [:]
        for (index, answer) in answers.enumerated() {
            let image = answer.example.cluster + (resampled ? "#\(index / 2)" : "")
            groups[answer.example.category("task") ?? "", default: []].append(
                (image, reading(answer, variant: variant), answer.example.correctChoice == 0))
        }
        var scores: [String: MME.TaskScore] = [:]
        for (task, rows) in groups { scores[task] = try MME.score(rows) }
        return scores
    }

    /// A file a task, as MME's script takes them: `image<TAB>question<TAB>truth<TAB>answer`.
    package func resultFiles(_ answers: [AnsweredExample]) -> [ResultFile] {
        (MME.perception + MME.cognition).compactMap { task in
            let own = answers.filter { $0.example.category("task") == task }
            return own.isEmpty ? nil : ResultFile(name: "mme_results/\(task).txt", text: Self.lines(own))
        }
    }

    private static func lines(_ answers: [AnsweredExample]) -> String {
        let lines = answers.map { answer in
            let words = [
                answer.example.pictures.first?.name ?? "", answer.example.question ?? "",
                answer.example.references.first ?? "", answer.output ?? "",
            ]
            return words.map { $0.map { $0.isNewline || $0 == "\t" ? " " : String($0) }.joined() }
                .joined(separator: "\t") + "\n"
        }
        return lines.joined()
    }
}

extension PythonText {
    /// `str.strip()` of a part of a text.
    static func stripped(of text: Substring) -> String { stripped(String(text)) }
}
