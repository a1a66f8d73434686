import VisionLanguage

/// An example as it is put to a model.
struct Asked: Sendable {
    /// A solved example in front of the question.
    struct Demonstration: Sendable {
        let example: EvaluationExample
        /// How it would be asked.
        let prompt: String?
        /// Prompt and answer, on a line of their own.
        let text: String
    }

    let example: EvaluationExample
    let demonstrations: [Demonstration]
    let prompt: String?

    init(
        example: EvaluationExample, demonstrations: [EvaluationExample], settings: TaskProtocol,
        prompts: PromptTemplates
    ) {
        self.example = example
        prompt = settings.prompt(of: example, prompts: prompts)
        self.demonstrations = demonstrations.map { shown in
            let prompt = settings.prompt(of: shown, prompts: prompts)
            let text = (prompt.map { $0.isEmpty ? "" : $0 + " " } ?? "") + Self.answer(to: shown, settings) + "\n"
            return Demonstration(example: shown, prompt: prompt, text: text)
        }
    }

    /// What a demonstration answers: the letter of the right choice where letters are asked for, else the choice's text, or
    /// the first reference of an open question.
    private static func answer(to example: EvaluationExample, _ settings: TaskProtocol) -> String {
        guard let correct = example.correctChoice, example.choices.indices.contains(correct) else {
            return example.references.first ?? ""
        }
        let wantsLetter = settings.answering == .generate && settings.prompt.showsLetters
        return wantsLetter ? ChoiceLetter.letters(example.choices.count)[correct] : example.choices[correct]
    }
}
