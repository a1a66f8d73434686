import SceneDrawing

/// Questions about drawn scenes, of some kinds, so many of each.
enum DrawnQuestions {
    /// Scenes that are looked through for questions.
    private static let scenes = 120

    /// The first `count` questions of each kind.
    static func examples(_ kinds: [Question.Kind], count: Int) -> [EvaluationExample] {
        var examples: [EvaluationExample] = []
        var counts: [Question.Kind: Int] = [:]
        for scene in DrawnScenes.scenes(scenes) {
            let wanted = scene.questions.enumerated().filter { kinds.contains($1.kind) }
            guard !wanted.isEmpty else { continue }
            let picture = DrawnScenes.picture(of: scene)
            for (index, question) in wanted where counts[question.kind, default: 0] < count {
                counts[question.kind, default: 0] += 1
                examples.append(
                    EvaluationExample(
                        id: "\(scene.number):\(index + 1)", pictures: [picture], question: question.text,
                        references: [question.answer],
                        categories: [("kind", question.kind.rawValue), ("template", question.template)]))
            }
        }
        return examples
    }

    /// Equality but for case and a final full stop.
    static func score(_ answer: AnsweredExample) -> Double {
        guard let output = answer.output, let reference = answer.example.references.first else { return 0 }
        return ExactMatch.isCorrect(output, reference: reference) ? 1 : 0
    }
}

/// What colour, what shape, what size, what is written, and comparisons.
package struct DrawnVQA: EvaluationTask {
    package static let card = TaskCard(
        name: "drawn-vqa", title: "Questions about drawn scenes", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence, metric: "accuracy (exact match)",
        prompt: .modelAsk, majorityBy: "template")

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        examples = DrawnQuestions.examples([.color, .shape, .size, .read, .compare, .equal, .and, .or], count: 20)
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? { DrawnQuestions.score(answer) }
}

/// How many.
package struct DrawnCounting: EvaluationTask {
    package static let card = TaskCard(
        name: "drawn-counting", title: "Counting in drawn scenes", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence, metric: "accuracy (exact match)",
        prompt: .modelAsk, majorityBy: "template")

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        examples = DrawnQuestions.examples([.count], count: 60)
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? { DrawnQuestions.score(answer) }
}

/// Left of, above, and so on.
package struct DrawnRelations: EvaluationTask {
    package static let card = TaskCard(
        name: "drawn-relations", title: "Relations in drawn scenes", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence, metric: "accuracy (exact match)",
        prompt: .modelAsk, majorityBy: "template")

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        examples = DrawnQuestions.examples([.relation], count: 60)
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? { DrawnQuestions.score(answer) }
}

/// Is it there? Half of the things that are asked for are not.
package struct DrawnProbes: EvaluationTask {
    package static let card = TaskCard(
        name: "drawn-probes", title: "Yes–no probes for things that are not there", files: DrawnScenes.files,
        source: DrawnScenes.source, licence: DrawnScenes.licence,
        metric: "accuracy; precision, recall, F1, share of yes as POPE's (an answer must begin with yes or no)",
        prompt: .modelAsk, isClosed: true, majorityBy: "template")

    package let source: TaskSource
    package let files: [String] = []
    package let examples: [EvaluationExample]

    package init(_ source: TaskSource) throws(EvaluationFileError) {
        self.source = source
        examples = DrawnQuestions.examples([.exist], count: 60).compactMap { example in
            guard let correct = POPETask.choices.firstIndex(of: example.references[0]) else { return nil }
            var example = example
            (example.choices, example.correctChoice) = (POPETask.choices, correct)
            return example
        }
    }

    private func saysYes(_ answer: AnsweredExample) -> Bool? {
        if let choice = answer.choice { return choice == 0 }
        return answer.output.flatMap { POPE.saysYes($0, variant: .vlmEvalKit) }
    }

    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        saysYes(answer) == (answer.example.references.first == "yes") ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("accuracy", answers, variant: variant)
        var counts = BinaryCounts()
        for answer in answers {
            counts.count(predictedYes: saysYes(answer), isYes: answer.example.references.first == "yes")
        }
        summary.values += [
            ("precision", counts.precision), ("recall", counts.recall), ("F1", counts.f1),
            ("yes_share", counts.yesShare),
        ]
        return summary
    }
}
