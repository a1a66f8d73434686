/// Text from ids as they come, one after the other.
///
///     var decoder = StreamingDecoder(tokenizer)
///     for id in ids { if let piece = decoder.append(id) { show(piece) } }
///     show(decoder.finish())
///
/// The pieces together are what `decode` makes of all ids, but where the whole looks back over its pieces
/// (`clean_up_tokenization_spaces`). A piece is held back while its last character is incomplete.
public struct StreamingDecoder: Sendable {
    private let tokenizer: TextTokenizer
    private let skipsSpecialTokens: Bool
    /// The ids whose text the next piece depends on, and those not yet shown.
    private var identifiers: [Int] = []
    /// How many of them were shown.
    private var shownCount = 0
    /// The text of those that were shown.
    private var shown: [UInt8] = []
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// A decoder at the start of a text.
    public init(_ tokenizer: TextTokenizer, skippingSpecialTokens: Bool = true) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skippingSpecialTokens
    }

    /// Takes the next id.
    /// - Returns: the text that is certain now, or nothing.
    public mutating func append(_ identifier: Int) -> String? {
        identifiers.append(identifier)
        let text = decoded(identifiers)
        guard text.count > shown.count, !text.suffix(3).elementsEqual(Self.replacement) else { return nil }
        let piece = newText(text)
        // What was shown last stays as context: a decoder may treat the first token of a text in its own way.
        identifiers.removeFirst(shownCount)
        shownCount = identifiers.count
        shown = decoded(identifiers)
        return piece.isEmpty ? nil : String(decoding: piece, as: UTF8.self)
    }

    /// The text that was held back; U+FFFD for what stayed incomplete.
    public mutating func finish() -> String {
        let text = decoded(identifiers)
        defer {
            identifiers = []
            shownCount = 0
            shown = []
        }
        return String(decoding: newText(text), as: UTF8.self)
    }

    private func newText(_ text: [UInt8]) -> ArraySlice<UInt8> {
        // Where a later token changed what came before it, only what follows the common start is new.
        var common = 0
        while common < min(shown.count, text.count), shown[common] == text[common] { common += 1 }
        return text[min(max(common, shown.count), text.count)...]
    }

    private func decoded(_ identifiers: [Int]) -> [UInt8] {
        tokenizer.pipeline.decode(identifiers, skippingSpecialTokens: skipsSpecialTokens)
    }
}
