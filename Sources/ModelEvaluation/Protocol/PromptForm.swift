import VisionLanguage

/// What is put before an answer.
package enum PromptForm: Sendable, Equatable {
    /// The model's caption prompt.
    case modelCaption
    /// The model's form of a question; the caption prompt where there is no question.
    case modelAsk
    /// A text with slots: `{question}`, `{lettered}` (`A. x`, one a line), `{bracketed}` (`(a) x (b) y`), and what the
    /// example has (`{hint}`, `{ocr}`). A part in ⟦…⟧ falls away where a slot in it is empty; in ⟦…¦…⟧ what stands behind
    /// the bar then takes its place.
    case template(String)

    /// The prompt of an example.
    package func prompt(for example: EvaluationExample, question: String?, model: PromptTemplates) -> String? {
        switch self {
        case .modelCaption: return model.caption
        case .modelAsk: return question.map { model.ask($0) } ?? model.caption
        case .template(let template): return Self.filled(template, slots(of: example, question: question))
        }
    }

    /// Whether choices are shown with letters to answer with.
    var showsLetters: Bool {
        if case .template(let template) = self { template.contains("{lettered}") } else { false }
    }

    /// The text for the fingerprint.
    package func text(model: PromptTemplates) -> String {
        switch self {
        case .modelCaption: model.caption ?? ""
        case .modelAsk: model.ask
        case .template(let template): template
        }
    }

    private func slots(of example: EvaluationExample, question: String?) -> [String: String] {
        let letters = ChoiceLetter.letters(example.choices.count)
        return example.slots.merging([
            "question": question ?? "",
            "lettered": zip(letters, example.choices).map { "\($0). \($1)" }.joined(separator: "\n"),
            "bracketed": zip(letters, example.choices).map { "(\($0.lowercased())) \($1)" }.joined(separator: " "),
        ]) { _, built in built }
    }

    private static func filled(_ template: String, _ slots: [String: String]) -> String {
        var output = ""
        var rest = template[...]
        while let start = rest.firstIndex(of: "⟦"), let end = rest[start...].firstIndex(of: "⟧") {
            output += replaced(rest[..<start], slots).text
            let parts = rest[rest.index(after: start)..<end].split(
                separator: "¦", maxSplits: 1, omittingEmptySubsequences: false)
            let optional = replaced(parts[0], slots)
            if !optional.hasEmptySlot {
                output += optional.text
            } else if parts.count > 1 {
                output += replaced(parts[1], slots).text
            }
            rest = rest[rest.index(after: end)...]
        }
        return output + replaced(rest, slots).text
    }

    /// Slots replaced in one pass, so that braces in what is put in stay what they are.
    private static func replaced(
        _ text: Substring, _ slots: [String: String]
    ) -> (text: String, hasEmptySlot: Bool) {
        var output = ""
        var hasEmptySlot = false
        var rest = text
        while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}") {
            output += rest[..<start]
            let name = String(rest[rest.index(after: start)..<end])
            let value = slots[name] ?? ""
            if value.isEmpty { hasEmptySlot = true }
            output += value
            rest = rest[rest.index(after: end)...]
        }
        return (output + rest, hasEmptySlot)
    }
}
