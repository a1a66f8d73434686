/// What a component looks for in a text: a string, or a regular expression.
struct TextPattern: Sendable {
    private enum Kind: Sendable {
        case literal([UInt8])
    }

    private let kind: Kind

    /// A pattern that is the string itself.
    init(literal: [UInt8]) { kind = .literal(literal) }

    /// A pattern as `tokenizer.json` writes it: `{"String": …}` or `{"Regex": …}`.
    init(_ node: ConfigurationNode) throws(TokenizerError) {
        if let literal = node.optional("String") {
            kind = .literal(Array(try literal.string().utf8))
            return
        }
        throw .unsupported(file: node.file, key: node.path, what: "this pattern")
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
        }
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
