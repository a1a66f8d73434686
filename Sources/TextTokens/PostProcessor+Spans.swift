extension PostProcessor {
    /// The same without its special tokens.
    var withoutSpecialTokens: PostProcessor {
        func plain(_ pieces: [Piece]) -> [Piece] {
            pieces.filter { if case .special = $0 { false } else { true } }
        }
        switch self {
        case .byteLevel: return self
        case .template(let single, let pair, let trimming):
            return .template(single: plain(single), pair: plain(pair), trimming: trimming)
        case .sequence(let processors): return .sequence(processors.map(\.withoutSpecialTokens))
        }
    }

    /// A token's span without the white space at its ends, where this post-processor trims.
    ///
    /// As many scalars of the text are taken away as the token has blanks at its ends, so the library has it.
    func trim(_ span: ByteSpan, token: [UInt8], text: [UInt8]) -> ByteSpan {
        switch self {
        case .byteLevel(let trims, let hasPrefix): trims ? Self.trim(span, token, text, hasPrefix) : span
        case .template(_, _, let trimming): trimming.map { Self.trim(span, token, text, $0.hasPrefixSpace) } ?? span
        case .sequence(let processors): processors.reduce(span) { $1.trim($0, token: token, text: text) }
        }
    }

    private static func trim(_ span: ByteSpan, _ token: [UInt8], _ text: [UInt8], _ hasPrefixSpace: Bool) -> ByteSpan {
        let scalars = UTF8Text.scalars(token[...])
        let isBlank = { (scalar: UInt32) in scalar == 0x120 || ScalarClasses.isSpace(scalar) }
        var leading = scalars.prefix(while: isBlank).count
        let trailing = scalars.reversed().prefix(while: isBlank).count
        var (start, end) = (Int(span.start), Int(span.end))
        // A single space before the text's first token is the one that was put there.
        if start == 0, hasPrefixSpace, leading == 1 { leading = 0 }
        for _ in 0..<leading where start < end { start += UTF8Text.length(text[start]) }
        for _ in 0..<trailing where end > start { end = UTF8Text.previous(text, end, from: start) }
        return ByteSpan(start: Int32(start), end: Int32(end))
    }
}
