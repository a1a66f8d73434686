/// Cuts a template into texts and tags, as Jinja does with `trim_blocks` and `lstrip_blocks` on (transformers' choice): the
/// line end after a statement is dropped, and so are blanks before one that starts its line.
struct TemplateLexer {
    let source: [Unicode.Scalar]
    var position = 0
    var line = 1
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
    mutating func finishTag(sign: Unicode.Scalar, dropsLineEnd: Bool) {
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
