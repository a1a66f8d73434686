import ModelEvaluation

/// What `eval --list` prints.
enum EvalTaskTable {
    /// A paragraph for each task.
    static var text: String {
        (TaskList.all.map { paragraph($0.card) } + [perplexity]).joined(separator: "\n\n")
    }

    private static let perplexity = """
        perplexity: text-only retention
          files: a text file in UTF-8 (--data FILE)
          from: your own
          metric: nats per token, bits per byte
        """

    private static func paragraph(_ card: TaskCard) -> String {
        var lines = [
            "\(card.name): \(card.title)", "  files: \(card.files.joined(separator: ", "))",
            "  from: \(card.source)", "  licence: \(card.licence)", "  metric: \(card.metric)",
        ]
        if card.variants.count > 1 { lines.append("  variants: \(card.variants.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }
}
