import JSONText

/// What tasks with VQA accuracy have in common: several annotators' answers to each question.
protocol VQATask: EvaluationTask {}

extension VQATask {
    /// The variants of the metric, the first being the task's own.
    static func variants(_ first: VQAAccuracy.Variant) -> [String] {
        [first.rawValue] + VQAAccuracy.Variant.allCases.map(\.rawValue).filter { $0 != first.rawValue }
    }

    /// VQA accuracy of one question.
    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let output = answer.output else { return 0 }
        return VQAAccuracy.score(
            prediction: output, answers: answer.example.references,
            variant: VQAAccuracy.Variant(rawValue: variant) ?? .official)
    }

    /// `[{"question_id", "answer"}]`, under the name that the questions' file asks for:
    /// `vqa_OpenEnded_mscoco_val2014_lorgnette_results.json`.
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        let file = Self.resultFile(answers, id: "question_id", answer: "answer")
        var name = files.first.map { RunSettings.name(of: $0)[...] } ?? ""
        guard name.hasSuffix("_questions.json") else { return file }
        name = name.hasPrefix("v2_") ? name.dropFirst("v2_".count) : name
        return ResultFile(
            name: "vqa_\(name.dropLast("_questions.json".count))_lorgnette_results.json", text: file.text)
    }

    /// Rows of an id and an answer.
    static func resultFile(_ answers: [AnsweredExample], id: String, answer: String) -> ResultFile {
        let rows = answers.map { row in
            JSONValue.object([(id, row.example.officialID), (answer, .string(row.output ?? ""))])
        }
        return ResultFile(name: "\(card.name)_results.json", text: JSONValue.array(rows).text + "\n")
    }
}

/// The two files of VQAv2 and OK-VQA: questions, and annotators' answers.
enum VQAQuestionFiles {
    /// The two files of a split; without the second one where a test split has none.
    ///
    /// - Parameters:
    ///   - questions: its name, with `{split}` and the year 2014, which is 2015 in test splits.
    ///   - annotations: the same of the answers.
    static func files(
        _ source: TaskSource, questions: String, annotations: String
    ) throws(EvaluationFileError) -> [String] {
        let year = source.mayLackAnswers ? "2015" : "2014"
        let file = try source.file(source.names([questions.replacing("2014", with: year)], splits: ["val"]))
        let answers = source.names([annotations.replacing("2014", with: year)], splits: ["val"])
        if source.mayLackAnswers, source.optionalFile(answers) == nil { return [file] }
        return [file, try source.file(answers)]
    }

    /// The examples, in the order of the questions.
    ///
    /// - Parameter files: the questions, then the annotators' answers, where there are any.
    /// - Throws: `EvaluationFileError` where a question has no answers, or answers have no question.
    static func examples(
        _ files: [String], source: TaskSource, places: [String]
    ) throws(EvaluationFileError) -> [EvaluationExample] {
        let questions = files[0]
        var answers = try files.count > 1 ? Self.answers(files[1], source) : [:]
        var examples: [EvaluationExample] = []
        var unanswered: [ExampleID] = []
        let stated = try source.json(questions)["data_subtype"]?.string ?? "val2014"
        let subset = stated.hasPrefix("test") ? "test2015" : stated  // test-dev is a part of it
        for row in try source.rows(of: questions, member: "questions") {
            let id = try row.id("question_id")
            let annotation = answers.removeValue(forKey: id)
            if annotation == nil, files.count > 1 {
                unanswered.append(id)
                continue
            }
            var categories: [(name: String, value: String)] = []
            for name in ["answer_type", "question_type"] {
                if let value = try annotation?.optionalText(name) { categories.append((name, value)) }
            }
            let image = try row.integer("image_id")
            let digits = String(image)
            let name = "COCO_\(subset)_" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".jpg"
            examples.append(
                EvaluationExample(
                    id: id.description, officialID: id.json, pictures: [source.picture(name, in: [subset] + places)],
                    question: try row.text("question"),
                    references: try annotation?.texts("answers", each: "answer") ?? [], categories: categories,
                    cluster: digits))
        }
        guard unanswered.isEmpty else {
            throw .unanswered(file: files[1], references: questions, field: "question_id", ids: unanswered)
        }
        guard answers.isEmpty else {
            throw .unknown(
                file: files[1], references: questions, field: "question_id",
                ids: answers.keys.sorted { $0.description < $1.description })
        }
        try TaskSource.requireUnique(examples, file: questions, field: "question_id")
        return examples
    }

    private static func answers(
        _ file: String, _ source: TaskSource
    ) throws(EvaluationFileError) -> [ExampleID: TaskRow] {
        var answers: [ExampleID: TaskRow] = [:]
        for row in try source.rows(of: file, member: "annotations") {
            let id = try row.id("question_id")
            guard answers.updateValue(row, forKey: id) == nil else {
                throw .duplicate(file: file, field: "question_id", id: id)
            }
        }
        return answers
    }
}
