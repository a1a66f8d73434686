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

    /// `[{"question_id", "answer"}]`
    package func resultFile(_ answers: [AnsweredExample]) -> ResultFile? {
        Self.resultFile(answers, id: "question_id", answer: "answer")
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
    /// The examples, in the order of the questions.
    ///
    /// - Throws: `EvaluationFileError` where a question has no answers, or answers have no question.
    static func examples(
        questions: String, annotations: String, source: TaskSource, places: [String]
    ) throws(EvaluationFileError) -> [EvaluationExample] {
        var answers: [ExampleID: TaskRow] = [:]
        for row in try source.rows(of: annotations, member: "annotations") {
            let id = try row.id("question_id")
            guard answers.updateValue(row, forKey: id) == nil else {
                throw .duplicate(file: annotations, field: "question_id", id: id)
            }
        }
        var examples: [EvaluationExample] = []
        var unanswered: [ExampleID] = []
        let subset = try source.json(questions)["data_subtype"]?.string ?? "val2014"
        for row in try source.rows(of: questions, member: "questions") {
            let id = try row.id("question_id")
            guard let annotation = answers.removeValue(forKey: id) else {
                unanswered.append(id)
                continue
            }
            var categories: [(name: String, value: String)] = []
            for name in ["answer_type", "question_type"] {
                if let value = try annotation.optionalText(name) { categories.append((name, value)) }
            }
            let image = try row.integer("image_id")
            let digits = String(image)
            let name = "COCO_\(subset)_" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".jpg"
            examples.append(
                EvaluationExample(
                    id: id.description, officialID: id.json, pictures: [source.picture(name, in: [subset] + places)],
                    question: try row.text("question"), references: try annotation.texts("answers", each: "answer"),
                    categories: categories, cluster: digits))
        }
        guard unanswered.isEmpty else {
            throw .unanswered(file: annotations, references: questions, field: "question_id", ids: unanswered)
        }
        guard answers.isEmpty else {
            throw .unknown(
                file: annotations, references: questions, field: "question_id",
                ids: answers.keys.sorted { $0.description < $1.description })
        }
        try TaskSource.requireUnique(examples, file: questions, field: "question_id")
        return examples
    }
}
