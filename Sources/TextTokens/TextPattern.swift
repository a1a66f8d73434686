/// What a component looks for in a text: a string, or a regular expression.
struct TextPattern: Sendable {
    private enum Kind: Sendable {
        case literal([UInt8])
        case gpt2
        case program(PatternProgram)
    }

    private let kind: Kind

    /// The rule that has a hand-written matcher.
    private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    /// A pattern that is the string itself.
    init(literal: [UInt8]) { kind = .literal(literal) }

    /// A pattern as `tokenizer.json` writes it: `{"String": …}` or `{"Regex": …}`.
    init(_ node: ConfigurationNode) throws(TokenizerError) {
        if let literal = node.optional("String") {
            self.init(literal: Array(try literal.string().utf8))
            return
        }
        let regex = try node.required("Regex")
        try self.init(regex: try regex.string(), file: node.file, key: regex.path)
    }

    /// A regular expression.
    init(regex: String, file: String, key: String) throws(TokenizerError) {
        if regex == Self.gpt2 {
            kind = .gpt2
            return
        }
        do throws(PatternParser.Problem) { kind = .program(try PatternProgram(regex)) } catch {
            throw .badPattern(file: file, key: key, pattern: regex, offset: error.offset, reason: error.reason)
        }
    }

    /// Calls `body` for each part of the piece in its order: what the pattern matches and what lies between.
    func forEachMatch(_ text: [UInt8], _ piece: Range<Int>, _ body: (Range<Int>, Bool) -> Void) {
        switch kind {
        case .literal(let literal):
            var consumed = piece.lowerBound
            while let found = ByteSearch.first(literal, in: text, from: consumed, limit: piece.upperBound) {
                if consumed < found { body(consumed..<found, false) }
                consumed = found + literal.count
                body(found..<consumed, true)
            }
            if consumed < piece.upperBound { body(consumed..<piece.upperBound, false) }
        case .gpt2:
            var position = piece.lowerBound
            while position < piece.upperBound {
                let end = GPT2Splitter.end(text, from: position, limit: piece.upperBound)
                body(position..<end, true)
                position = end
            }
        case .program(let program):
            guard !piece.isEmpty else { return }
            Self.forEachMatch(of: program, text, piece, body)
        }
    }

    private static func forEachMatch(
        of program: PatternProgram, _ text: [UInt8], _ piece: Range<Int>, _ body: (Range<Int>, Bool) -> Void
    ) {
        var matcher = PatternMatcher(program)
        var consumed = piece.lowerBound
        var position = piece.lowerBound
        var lastEnd = -1
        while position <= piece.upperBound {
            let end = matcher.end(text, piece, from: position)
            // A match of nothing right behind the last match does not count.
            if end < 0 || (end == position && end == lastEnd) {
                position += position < piece.upperBound ? UTF8Text.length(text[position]) : 1
                continue
            }
            if consumed < position { body(consumed..<position, false) }
            body(position..<end, true)
            consumed = end
            lastEnd = end
            position = end
        }
        if consumed < piece.upperBound { body(consumed..<piece.upperBound, false) }
    }

    /// The text with every match replaced.
    func replacing(in text: [UInt8], with content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        forEachMatch(text, 0..<text.count) { range, isMatch in
            if isMatch { result.append(contentsOf: content) } else { result.append(contentsOf: text[range]) }
        }
        return result
    }
}
