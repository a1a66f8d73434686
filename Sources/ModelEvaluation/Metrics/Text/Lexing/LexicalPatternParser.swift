/// Reads the notation in which our lexical rules are written.
///
/// Close to common regular expressions, with flex's habits: white space means nothing; a letter outside brackets
/// matches in either case; `[a-z^]`, `[^…]` are sets of exactly those code units; `{name}` is a named set, also inside
/// brackets; `( ) | * + ? {2} {2,} {2,4}` as usual; `\n \t \f \r \s` (the blank) and `\uXXXX` are code units, a backslash
/// before anything else takes it literally. A rule is part of the program: a malformed one is a programmer's mistake
/// and ends in a precondition failure.
struct LexicalPatternParser {
    private let text: [Unicode.Scalar]
    private let sets: [String: CodeUnitSet]
    private var position = 0

    /// The pattern that `text` writes down, with `sets` as its named sets.
    static func parse(_ text: String, sets: [String: CodeUnitSet]) -> LexicalPattern {
        var parser = LexicalPatternParser(text: Array(text.unicodeScalars), sets: sets)
        let pattern = parser.choice()
        precondition(parser.position == parser.text.count, "malformed lexical pattern: \(text)")
        return pattern
    }

    private init(text: [Unicode.Scalar], sets: [String: CodeUnitSet]) {
        self.text = text
        self.sets = sets
    }

    private mutating func skipSpace() {
        while position < text.count, text[position] == " " || text[position] == "\n" { position += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, text[position] == scalar else { return false }
        position += 1
        return true
    }

    private mutating func choice() -> LexicalPattern {
        var options = [sequence()]
        while take("|") { options.append(sequence()) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() -> LexicalPattern {
        var parts: [LexicalPattern] = []
        while true {
            skipSpace()
            guard position < text.count, text[position] != "|", text[position] != ")" else { break }
            parts.append(repetition(of: atom()))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func repetition(of atom: LexicalPattern) -> LexicalPattern {
        var pattern = atom
        while true {
            if take("*") {
                pattern = .repeated(pattern, minimum: 0, maximum: nil)
            } else if take("+") {
                pattern = .repeated(pattern, minimum: 1, maximum: nil)
            } else if take("?") {
                pattern = .repeated(pattern, minimum: 0, maximum: 1)
            } else if position + 1 < text.count, text[position] == "{", text[position + 1].properties.numericType != nil
            {
                pattern = counted(pattern)
            } else {
                return pattern
            }
        }
    }

    private mutating func counted(_ pattern: LexicalPattern) -> LexicalPattern {
        position += 1
        let minimum = number() ?? 0
        var maximum: Int? = minimum
        if take(",") { maximum = number() }
        precondition(take("}"), "unclosed repetition in a lexical pattern")
        return .repeated(pattern, minimum: minimum, maximum: maximum)
    }

    private mutating func number() -> Int? {
        var digits = ""
        while position < text.count, ("0"..."9").contains(text[position]) {
            digits.unicodeScalars.append(text[position])
            position += 1
        }
        return Int(digits)
    }

    private mutating func atom() -> LexicalPattern {
        if take("(") {
            let inner = choice()
            precondition(take(")"), "unclosed bracket in a lexical pattern")
            return inner
        }
        if take("[") { return .unit(set()) }
        if take("{") { return .unit(namedSet()) }
        let isEscaped = text[position] == "\\"
        let unit = codeUnit()
        return .unit(isEscaped ? CodeUnitSet([unit...unit]) : Self.eitherCase(unit))
    }

    private mutating func namedSet() -> CodeUnitSet {
        var name = ""
        while position < text.count, text[position] != "}" {
            name.unicodeScalars.append(text[position])
            position += 1
        }
        position += 1
        guard let set = sets[name] else { preconditionFailure("unknown set {\(name)} in a lexical pattern") }
        return set
    }

    /// What stands between square brackets; the opening one is read already. White space counts for nothing here too.
    private mutating func set() -> CodeUnitSet {
        let isInverted = take("^")
        var result = CodeUnitSet([ClosedRange<UInt16>]())
        while !take("]") {
            precondition(position < text.count, "unclosed set in a lexical pattern")
            if take("{") {
                result = result.union(namedSet())
                continue
            }
            let low = codeUnit()
            var high = low
            if position + 1 < text.count, text[position] == "-", text[position + 1] != "]" {
                position += 1
                high = codeUnit()
            }
            result = result.union(CodeUnitSet([low...high]))
        }
        return isInverted ? result.inverted : result
    }

    /// The code unit that is written at the current position, plainly or as an escape.
    private mutating func codeUnit() -> UInt16 {
        let scalar = text[position]
        position += 1
        guard scalar == "\\" else { return UInt16(truncatingIfNeeded: scalar.value) }
        let escaped = text[position]
        position += 1
        switch escaped {
        case "n": return 0x0A
        case "t": return 0x09
        case "f": return 0x0C
        case "r": return 0x0D
        case "s": return 0x20
        case "u":
            let digits = String(String.UnicodeScalarView(text[position..<position + 4]))
            position += 4
            guard let value = UInt16(digits, radix: 16) else { preconditionFailure("malformed \\u\(digits)") }
            return value
        default: return UInt16(truncatingIfNeeded: escaped.value)
        }
    }

    /// An ASCII letter in both cases, anything else as it is.
    private static func eitherCase(_ unit: UInt16) -> CodeUnitSet {
        let lower = unit | 0x20
        guard unit < 0x80, (0x61...0x7A).contains(lower) else { return CodeUnitSet([unit...unit]) }
        return CodeUnitSet([lower...lower, (lower - 0x20)...(lower - 0x20)])
    }
}
