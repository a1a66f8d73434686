/// The added tokens of a tokenizer, and how they divide a text.
struct AddedVocabulary: Sendable {
    /// A part of a text: an added token, or text between added tokens.
    struct Section: Equatable {
        /// The token's id; nothing for other text.
        var identifier: Int32?
        var range: Range<Int>
    }

    /// In the order they were added; a token that was added again stands here as it was last.
    private(set) var tokens: [AddedToken] = []
    private var indexOfContent = ByteKeyTable()
    private var indexOfIdentifier: [Int: Int] = [:]
    private var rawMatcher = AddedTokenMatcher()
    private var normalizedMatcher = AddedTokenMatcher()
    /// What a token's text becomes when it is normalised, where that is something else.
    private var normalizedContents: [Int: [UInt8]] = [:]

    /// Whether some tokens are looked for in the normalised text.
    var hasNormalizedTokens: Bool { !normalizedMatcher.isEmpty }

    /// The largest id, or -1.
    var largestIdentifier: Int { indexOfIdentifier.keys.max() ?? -1 }

    /// The added token with that text.
    func token(content: String) -> AddedToken? {
        let key = Array(content.utf8)
        return indexOfContent.value(key).map { tokens[Int($0)] }
    }

    /// The added token with that id.
    func token(identifier: Int) -> AddedToken? { indexOfIdentifier[identifier].map { tokens[$0] } }

    /// The text that decoding starts from: the token's own, or its normalised form, which the decoder undoes.
    func decodedContent(identifier: Int) -> [UInt8]? {
        guard let index = indexOfIdentifier[identifier] else { return nil }
        return normalizedContents[index] ?? Array(tokens[index].content.utf8)
    }

    /// Whether tokens with that text are left out when special tokens are skipped.
    func isSpecial(_ content: [UInt8]) -> Bool {
        indexOfContent.value(content).map { tokens[Int($0)].isSpecial } ?? false
    }

    /// Adds a token or replaces the one with its text. `rebuild` has to follow.
    mutating func add(_ token: AddedToken) {
        let key = Array(token.content.utf8)
        guard !key.isEmpty else { return }
        var token = token
        let (index, isNew) = indexOfContent.insert(key, 0..<key.count, value: Int32(tokens.count))
        if isNew {
            tokens.append(token)
        } else {
            // Once special, a text stays so.
            token.isSpecial = token.isSpecial || tokens[index].isSpecial
            tokens[index] = token
        }
        indexOfIdentifier[token.identifier] = index
    }

    /// Prepares the search after tokens were added.
    mutating func rebuild(normalizing normalize: ([UInt8]) -> [UInt8]) {
        rawMatcher = AddedTokenMatcher()
        normalizedMatcher = AddedTokenMatcher()
        normalizedContents = [:]
        for (index, token) in tokens.enumerated() {
            let content = Array(token.content.utf8)
            guard token.isNormalized else {
                rawMatcher.add(content, index: index)
                continue
            }
            let normalized = normalize(content)
            if normalized != content { normalizedContents[index] = normalized }
            normalizedMatcher.add(normalized, index: index)
        }
    }

    /// The tokens that are looked for in the text as it came, and the text between them.
    func rawSections(_ text: [UInt8]) -> [Section] { sections(text, rawMatcher) }

    /// The tokens that are looked for in normalised text, and the text between them.
    func normalizedSections(_ text: [UInt8]) -> [Section] { sections(text, normalizedMatcher) }

    private func sections(_ text: [UInt8], _ matcher: AddedTokenMatcher) -> [Section] {
        guard !text.isEmpty else { return [] }
        var sections: [Section] = []
        var consumed = 0
        var search = 0
        while !matcher.isEmpty, let (index, found) = matcher.next(text, from: search, limit: text.count) {
            search = found.upperBound
            let token = tokens[index]
            if token.isSingleWord, touchesWord(text, found) { continue }
            var (start, end) = (found.lowerBound, found.upperBound)
            if token.stripsLeft { start = max(spaceStart(text, before: start), consumed) }
            if token.stripsRight { end = spaceEnd(text, after: end) }
            if consumed < start { sections.append(Section(identifier: nil, range: consumed..<start)) }
            // White space taken by the token before may have been part of this one.
            sections.append(Section(identifier: Int32(token.identifier), range: min(start, end)..<end))
            consumed = end
        }
        if consumed < text.count { sections.append(Section(identifier: nil, range: consumed..<text.count)) }
        return sections
    }

    private func touchesWord(_ text: [UInt8], _ range: Range<Int>) -> Bool {
        if range.lowerBound > 0 {
            let before = UTF8Text.previous(text, range.lowerBound, from: 0)
            if LibraryUnicode.isWord(UTF8Text.scalar(text, before).value) { return true }
        }
        return range.upperBound < text.count && LibraryUnicode.isWord(UTF8Text.scalar(text, range.upperBound).value)
    }

    private func spaceStart(_ text: [UInt8], before position: Int) -> Int {
        var start = position
        while start > 0 {
            let before = UTF8Text.previous(text, start, from: 0)
            guard ScalarClasses.isSpace(UTF8Text.scalar(text, before).value) else { break }
            start = before
        }
        return start
    }

    private func spaceEnd(_ text: [UInt8], after position: Int) -> Int {
        var end = position
        while end < text.count {
            let (scalar, length) = UTF8Text.scalar(text, end)
            guard ScalarClasses.isSpace(scalar) else { break }
            end += length
        }
        return end
    }
}
