import TextTokens

/// Turns ids into pieces of text as they arrive: what a piece adds to the text so far, held back while its last character
/// is incomplete.
struct TextStream {
    private let tokenizer: TextTokenizer
    private var ids: [Int] = []
    private var shown = ""

    init(tokenizer: TextTokenizer) { self.tokenizer = tokenizer }

    /// The text that `id` adds; empty where nothing new is certain yet.
    mutating func append(_ id: Int) -> String {
        ids.append(id)
        let text = tokenizer.decode(ids, skippingSpecialTokens: true)
        guard !text.unicodeScalars.reversed().prefix(3).contains("\u{FFFD}"), text.utf8.starts(with: shown.utf8) else {
            return ""
        }
        let piece = String(decoding: text.utf8.dropFirst(shown.utf8.count), as: UTF8.self)
        shown = text
        return piece
    }
}
