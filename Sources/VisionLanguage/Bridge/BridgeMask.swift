import TensorEngine

/// Who sees whom in the querying transformer's passes (BLIP2.md §2.3; Li et al. 2023, figure 2). Rows are the queries, then
/// the text with its padding; padding is seen by nothing that counts.
extension AttentionMask {
    /// Image–text matching, and InstructBLIP's instruction: queries and text see each other, both ways.
    package static func matching(queries: Int, text: BridgeText) -> AttentionMask {
        .keys(lengths: text.lengths.map { queries + $0 }, queries: queries + text.length)
    }

    /// The text side of contrastive learning, read by itself: text sees text, both ways.
    package static func contrastive(text: BridgeText) -> AttentionMask {
        .keys(lengths: text.lengths, queries: text.length)
    }

    /// Both sides of contrastive learning in one pass: queries see queries, text sees text, neither sees the other.
    package static func contrastive(queries: Int, text: BridgeText) -> AttentionMask {
        let first = [Int32](repeating: 0, count: queries) + [Int32](repeating: Int32(queries), count: text.length)
        let ends = text.lengths.flatMap { length in
            [Int32](repeating: Int32(queries), count: queries)
                + [Int32](repeating: Int32(queries + length), count: text.length)
        }
        return AttentionMask(
            first: Array(repeatElement(first, count: text.ids.count).joined()), end: ends,
            queries: queries + text.length)
    }

    /// Image-grounded writing in one pass: queries see queries alone, a token sees all queries, itself and the tokens before it.
    package static func generating(queries: Int, text: BridgeText) -> AttentionMask {
        let ends = text.lengths.flatMap { length in
            [Int32](repeating: Int32(queries), count: queries)
                + tokenEnds(after: queries, length: length, of: text.length)
        }
        return AttentionMask(
            first: [Int32](repeating: 0, count: ends.count), end: ends, queries: queries + text.length)
    }

    /// Image-grounded writing where the queries' keys and values were kept: rows are the text alone.
    package static func generating(after queries: Int, text: BridgeText) -> AttentionMask {
        let ends = text.lengths.flatMap { tokenEnds(after: queries, length: $0, of: text.length) }
        return AttentionMask(first: [Int32](repeating: 0, count: ends.count), end: ends, queries: text.length)
    }

    /// Ends of the keys that each token of a text sees, queries first.
    private static func tokenEnds(after queries: Int, length: Int, of padded: Int) -> [Int32] {
        (0..<padded).map { Int32(queries + min($0 + 1, length)) }
    }
}
