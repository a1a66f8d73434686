/// What multiple-choice tasks have in common: answers are ranked, or a letter is read out of what was written.
protocol ChoiceTask: EvaluationTask {}

extension ChoiceTask {
    /// Whose reading of a letter, the first being the task's own.
    static func variants(_ first: ChoiceLetter.Variant) -> [String] {
        [first.rawValue] + ChoiceLetter.Variant.allCases.map(\.rawValue).filter { $0 != first.rawValue }
    }

    /// The prompt of a closed question that is answered in writing.
    static var letterPrompt: PromptForm {
        .template(
            "⟦Context: {hint}\n⟧{question}\n{lettered}\nAnswer with the option's letter from the given choices directly."
        )
    }

    /// The choice that the answer means; nil where it names none or several, which is wrong.
    func choice(of answer: AnsweredExample, variant: String) -> Int? {
        if let choice = answer.choice { return choice }
        guard let output = answer.output else { return nil }
        return ChoiceLetter.option(
            in: output, options: answer.example.choices, variant: ChoiceLetter.Variant(rawValue: variant) ?? .letter)
    }

    /// Whether the right choice was given.
    package func score(_ answer: AnsweredExample, variant: String) -> Double? {
        guard let correct = answer.example.correctChoice else { return 0 }
        return choice(of: answer, variant: variant) == correct ? 1 : 0
    }

    package func summary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        try choiceSummary(answers, variant: variant)
    }

    /// Accuracy, and the share of answers that name no choice.
    func choiceSummary(_ answers: [AnsweredExample], variant: String) throws(MetricError) -> TaskSummary {
        var summary = try meanSummary("accuracy", answers, variant: variant)
        let undecided = answers.count { choice(of: $0, variant: variant) == nil }
        summary.values.append(("undecided", Double(undecided) / Double(answers.count)))
        return summary
    }

    /// The letter of the choice, for result files.
    func letter(of answer: AnsweredExample, variant: String) -> String {
        choice(of: answer, variant: variant).map { ChoiceLetter.letters(answer.example.choices.count)[$0] } ?? ""
    }
}
