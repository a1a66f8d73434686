/// What stands within a tag: names, numbers, strings, symbols.
extension TemplateLexer {
    private static let longSymbols = ["//", "**", "==", "!=", "<=", ">="].map { Array($0.unicodeScalars) }
    private static let symbols = Set("+-*/%~<>=()[]{},.:|;".unicodeScalars)

    mutating func tokens(until closing: Unicode.Scalar, _ openingLine: Int) throws(TemplateError)
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
    /// These scalars as text.
    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self)
        return String(view)
    }
}
