/// Cuts a template into texts and tags, as Jinja does with `trim_blocks` and `lstrip_blocks` on (transformers' choice): the
/// line end after a statement is dropped, and so are blanks before one that starts its line.
struct TemplateLexer {
    private let source: [Unicode.Scalar]
    private var position = 0
    private var line = 1
    private var pieces: [TemplatePiece] = []
    /// Whether what comes next starts a line, for blanks before statements.
    private var startsLine = true

    private init(_ text: String) {
        var scalars = Array(text.replacingLineEnds().unicodeScalars)
        // Jinja drops one line end at the end of a file.
        if scalars.last == "\n" { scalars.removeLast() }
        source = scalars
    }

    /// The pieces of `text`.
    static func pieces(of text: String) throws(TemplateError) -> [TemplatePiece] {
        var lexer = TemplateLexer(text)
        try lexer.run()
        return lexer.pieces
    }

    private mutating func run() throws(TemplateError) {
        while position < source.count {
            let start = position
            while position < source.count, tagAt(position) == nil { position += 1 }
            let opening = tagAt(position)
            append(text: source[start..<position], before: opening)
            guard let opening else { return }
            try read(opening)
        }
    }

    /// The tag that opens at `index`: `{{`, `{%` or `{#`.
    private func tagAt(_ index: Int) -> Unicode.Scalar? {
        guard index + 1 < source.count, source[index] == "{" else { return nil }
        return ["{", "%", "#"].contains(source[index + 1]) ? source[index + 1] : nil
    }

    private mutating func append(text: ArraySlice<Unicode.Scalar>, before opening: Unicode.Scalar?) {
        var kept = text
        let sign = opening != nil && position + 2 < source.count ? source[position + 2] : nil
        if opening != nil, sign == "-" {
            while let last = kept.last, last.properties.isWhitespace { kept.removeLast() }
        } else if opening == "%" || opening == "#", sign != "+" {
            let lineStart = kept.lastIndex(of: "\n").map { $0 + 1 }
            if lineStart != nil || startsLine {
                let from = lineStart ?? kept.startIndex
                if kept[from...].allSatisfy(\.properties.isWhitespace) { kept = kept[..<from] }
            }
        }
        line += text.count { $0 == "\n" }
        if !kept.isEmpty { pieces.append(.text(kept.string)) }
    }

    private mutating func read(_ opening: Unicode.Scalar) throws(TemplateError) {
        let openingLine = line
        position += 2
        if position < source.count, source[position] == "-" || source[position] == "+" { position += 1 }
        if opening == "#" { return try skipComment(openingLine) }
        let closing: Unicode.Scalar = opening == "{" ? "}" : "%"
        let tokens = try self.tokens(until: closing, openingLine)
        if opening == "{" {
            pieces.append(.output(tokens))
        } else if tokens.count == 1, tokens[0].kind == .name("raw") {
            try readRaw(openingLine)
        } else {
            pieces.append(.statement(tokens))
        }
    }

    private mutating func skipComment(_ openingLine: Int) throws(TemplateError) {
        while position + 1 < source.count, !(source[position] == "#" && source[position + 1] == "}") {
            if source[position] == "\n" { line += 1 }
            position += 1
        }
        guard position + 1 < source.count else {
            throw .syntax(line: openingLine, reason: "a comment without an end")
        }
        let sign = source[position - 1]
        position += 2
        finishTag(sign: sign, dropsLineEnd: true)
    }

    /// Text up to `{% endraw %}`, tags and all.
    private mutating func readRaw(_ openingLine: Int) throws(TemplateError) {
        let start = position
        while position < source.count {
            if tagAt(position) == "%" {
                var look = position + 2
                while look < source.count, source[look] == " " || source[look] == "-" { look += 1 }
                if source[look...].starts(with: Array("endraw".unicodeScalars)) {
                    append(text: source[start..<position], before: "%")
                    position = look + 6
                    _ = try tokens(until: "%", openingLine)
                    return
                }
            }
            position += 1
        }
        throw .syntax(line: openingLine, reason: "{% raw %} without {% endraw %}")
    }

    /// What follows the end of a tag: with `-` all blanks go, after statements one line end.
    private mutating func finishTag(sign: Unicode.Scalar, dropsLineEnd: Bool) {
        startsLine = false
        if sign == "-" {
            while position < source.count, source[position].properties.isWhitespace {
                if source[position] == "\n" { line += 1 }
                startsLine = source[position] == "\n"
                position += 1
            }
        } else if dropsLineEnd, sign != "+", position < source.count, source[position] == "\n" {
            line += 1
            position += 1
            startsLine = true
        }
    }

    // MARK: - Tokens

    private static let longSymbols = ["//", "**", "==", "!=", "<=", ">="].map { Array($0.unicodeScalars) }
    private static let symbols = Set("+-*/%~<>=()[]{},.:|;".unicodeScalars)

    private mutating func tokens(until closing: Unicode.Scalar, _ openingLine: Int) throws(TemplateError)
        -> [TemplateToken]
    {
        var tokens: [TemplateToken] = []
        var braces = 0
        while position < source.count {
            let scalar = source[position]
            if scalar.properties.isWhitespace {
                if scalar == "\n" { line += 1 }
                position += 1
                continue
            }
            if braces == 0, let sign = endOfTag(closing) {
                finishTag(sign: sign, dropsLineEnd: closing == "%")
                return tokens
            }
            if scalar == "{" { braces += 1 }
            if scalar == "}" { braces -= 1 }
            tokens.append(TemplateToken(kind: try token(), line: line))
        }
        throw .syntax(line: openingLine, reason: "a tag without an end")
    }

    /// Steps over the end of a tag where one stands here; the sign before it.
    private mutating func endOfTag(_ closing: Unicode.Scalar) -> Unicode.Scalar? {
        let hasSign = source[position] == "-" || source[position] == "+"
        let start = hasSign ? position + 1 : position
        guard start + 1 < source.count, source[start] == closing, source[start + 1] == "}" else { return nil }
        let sign: Unicode.Scalar = hasSign ? source[position] : " "
        position = start + 2
        return sign
    }

    private mutating func token() throws(TemplateError) -> TemplateToken.Kind {
        let scalar = source[position]
        if scalar == "'" || scalar == "\"" { return .string(try string(scalar)) }
        if scalar.isDigit { return try number() }
        if scalar == "_" || scalar.properties.isAlphabetic {
            let start = position
            while position < source.count, source[position].isNamePart { position += 1 }
            return .name(source[start..<position].string)
        }
        for long in Self.longSymbols where source[position...].starts(with: long) {
            position += 2
            return .symbol(long[...].string)
        }
        guard Self.symbols.contains(scalar) else {
            throw .syntax(line: line, reason: "'\(scalar)' stands where no expression has it")
        }
        position += 1
        return .symbol(String(scalar))
    }

    private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
        let start = position
        while position < source.count, source[position].isDigit || source[position] == "_" { position += 1 }
        var isDouble = false
        if position + 1 < source.count, source[position] == ".", source[position + 1].isDigit {
            isDouble = true
            position += 1
            while position < source.count, source[position].isDigit { position += 1 }
        }
        if let end = endOfExponent() {
            isDouble = true
            position = end
        }
        let text = source[start..<position].string.filter { $0 != "_" }
        if !isDouble, let integer = Int(text) { return .integer(integer) }
        guard let double = Double(text) else { throw .syntax(line: line, reason: "'\(text)' is no number") }
        return .double(double)
    }

    /// Where the digits of an exponent end, where one stands here.
    private func endOfExponent() -> Int? {
        guard position < source.count, source[position] == "e" || source[position] == "E" else { return nil }
        var end = position + 1
        if end < source.count, source[end] == "-" || source[end] == "+" { end += 1 }
        guard end < source.count, source[end].isDigit else { return nil }
        while end < source.count, source[end].isDigit { end += 1 }
        return end
    }

    private mutating func string(_ quote: Unicode.Scalar) throws(TemplateError) -> String {
        let openingLine = line
        var text = String.UnicodeScalarView()
        position += 1
        while position < source.count, source[position] != quote {
            if source[position] == "\n" { line += 1 }
            if source[position] == "\\", position + 1 < source.count {
                position += 1
                try escape(into: &text)
            } else {
                text.append(source[position])
                position += 1
            }
        }
        guard position < source.count else { throw .syntax(line: openingLine, reason: "a string without an end") }
        position += 1
        return String(text)
    }

    /// Python's escapes.
    private mutating func escape(into text: inout String.UnicodeScalarView) throws(TemplateError) {
        let scalar = source[position]
        position += 1
        switch scalar {
        case "n": text.append("\n")
        case "t": text.append("\t")
        case "r": text.append("\r")
        case "\\", "'", "\"": text.append(scalar)
        case "\n": break
        case "x", "u", "U":
            let digits = scalar == "x" ? 2 : scalar == "u" ? 4 : 8
            let end = min(source.count, position + digits)
            guard let value = UInt32(source[position..<end].string, radix: 16), let made = Unicode.Scalar(value) else {
                throw .syntax(line: line, reason: "a \\\(scalar) escape that names no character")
            }
            text.append(made)
            position = end
        default:
            text.append("\\")
            text.append(scalar)
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
    fileprivate var isNamePart: Bool { self == "_" || isDigit || properties.isAlphabetic }
}

extension ArraySlice<Unicode.Scalar> {
    fileprivate var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self)
        return String(view)
    }
}

extension String {
    /// Every line end as one line feed.
    fileprivate func replacingLineEnds() -> String {
        guard unicodeScalars.contains("\r") else { return self }
        var view = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in unicodeScalars {
            if scalar == "\r" { view.append("\n") } else if scalar != "\n" || previous != "\r" { view.append(scalar) }
            previous = scalar
        }
        return String(view)
    }
}
