import VisionLanguage

/// An example as it is put to a model.
struct Asked: Sendable {
    let example: EvaluationExample
    /// Solved examples in front of it.
    let demonstrations: [EvaluationExample]
    /// Prompt and answer of each of them.
    let demonstrationTexts: [String]
    let prompt: String?

    init(
        example: EvaluationExample, demonstrations: [EvaluationExample], settings: TaskProtocol,
        prompts: PromptTemplates
    ) {
        self.example = example
        self.demonstrations = demonstrations
        prompt = Self.prompt(of: example, settings, prompts)
        demonstrationTexts = demonstrations.map { shown in
            let prompt = Self.prompt(of: shown, settings, prompts)
            let answer = shown.correctChoice.map { shown.choices[$0] } ?? shown.references.first ?? ""
            return (prompt.map { $0 + " " } ?? "") + answer + "\n"
        }
    }

    private static func prompt(
        of example: EvaluationExample, _ settings: TaskProtocol, _ prompts: PromptTemplates
    ) -> String? {
        settings.prompt(of: example, prompts: prompts)
    }
}
