import ModelEvaluation

/// What `eval --list` prints.
enum EvalTaskTable {
    /// A line for each task, then a paragraph for each.
    static var text: String {
        let cards = (TaskList.all + TaskList.builtIn).map { $0.card }
        let width = cards.reduce(perplexityName.count) { max($0, $1.name.count) }
        let lines = (cards.map { ($0.name, $0.title) } + [(perplexityName, perplexityTitle)]).map { name, title in
            "  " + name + String(repeating: " ", count: width + 2 - name.count) + title
        }
        let head = "Tasks, for --tasks; --data names the folder with a task's files, or its one file:"
        return ([head] + lines).joined(separator: "\n") + "\n\n"
            + (cards.map(paragraph) + [perplexity]).joined(separator: "\n\n")
    }

    private static let perplexityName = "perplexity"
    private static let perplexityTitle = "Text-only retention"

    private static let perplexity = """
        perplexity: text-only retention
          files    a text file in UTF-8 (--data FILE)
          from     your own
          metric   nats per token, bits per byte
          model    one that sees, or a language model alone
        """

    private static func paragraph(_ card: TaskCard) -> String {
        var facts: [(name: String, text: String)] = [
            ("files", files(of: card)), ("from", card.source), ("licence", card.licence), ("metric", card.metric),
        ]
        if card.variants.count > 1 { facts.append(("variants", card.variants.joined(separator: ", "))) }
        facts.append(("answers", answers(of: card)))
        let presets = ProtocolPreset.allCases.filter { $0 != .standard && $0.tasks.contains(card.name) }
        if !presets.isEmpty { facts.append(("presets", presets.map(\.rawValue).joined(separator: ", "))) }
        let lines = facts.map { name, text in
            "  " + name + String(repeating: " ", count: 9 - name.count) + text
        }
        return (["\(card.name): \(card.title)"] + lines).joined(separator: "\n")
    }

    private static func files(of card: TaskCard) -> String {
        let names = card.files.joined(separator: ", ")
        return card.files.count > 1 ? "\(card.fileChoice.rawValue) \(names)" : names
    }

    private static func answers(of card: TaskCard) -> String {
        if card.isRankedOnly { return "ranked" }
        if card.ranks { return "ranked; --answers generate writes them" }
        return card.isClosed ? "written; --answers rank ranks the choices" : "written"
    }
}
