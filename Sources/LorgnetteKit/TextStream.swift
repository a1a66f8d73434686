import TextTokens

/// Turns ids into pieces of text as they arrive. A piece is held back while its last character is incomplete or it is
/// blank; joined, the pieces are the final text, which has no blanks at its ends.
struct TextStream {
    private let tokenizer: TextTokenizer
    private var ids: [Int] = []
    private var shown = ""

    init(tokenizer: TextTokenizer) { self.tokenizer = tokenizer }

    /// The text that `id` adds; empty where nothing new is certain yet.
    mutating func append(_ id: Int) -> String {
        ids.append(id)
        let text = tokenizer.decode(ids, skippingSpecialTokens: true).trimmed
        // A character of which bytes are still to come shows as U+FFFD at the end.
        guard !text.unicodeScalars.reversed().prefix(3).contains("\u{FFFD}") else { return "" }
        return rest(of: text)
    }

    /// What of `text` has not been shown; empty where what was shown is no part of it.
    mutating func rest(of text: String) -> String {
        guard text.utf8.starts(with: shown.utf8) else { return "" }
        let piece = String(decoding: text.utf8.dropFirst(shown.utf8.count), as: UTF8.self)
        shown = text
        return piece
    }
}
