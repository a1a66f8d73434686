/// Escapes, `\p{…}` and classes in brackets.
extension PatternParser {
    mutating func escape() throws(Problem) -> PatternNode {
        if take("\\A") { return .assertion(.textStart) }
        if take("\\z") { return .assertion(.textEnd) }
        if take("\\Z") { return .assertion(.textEndOrLastNewline) }
        if take("\\b") { return .assertion(.wordBoundary) }
        if take("\\B") { return .assertion(.notWordBoundary) }
        position += 1
        if let set = try escapedSet() { return .set(set) }
        if let character = peek(), "123456789kgGRXKN".contains(character) {
            throw problem("\\\(character) is not supported")
        }
        let scalar = try escapedScalar()
        return .set(cased(.range(scalar...scalar)))
    }

    /// The set that the letter after a backslash stands for.
    private mutating func escapedSet(isInClass: Bool = false) throws(Problem) -> ScalarSet? {
        switch peek() {
        case "s": position += 1; return .property(.space)
        case "S": position += 1; return .inverse(.property(.space))
        case "d": position += 1; return .categories(1 << 8)
        case "D": position += 1; return .inverse(.categories(1 << 8))
        case "w": position += 1; return .property(isInClass ? .classWord : .word)
        case "W": position += 1; return .inverse(.property(isInClass ? .classWord : .word))
        case "h": position += 1; return Self.hexadecimal
        case "H": position += 1; return .inverse(Self.hexadecimal)
        case "p", "P":
            let isInverse = peek() == "P"
            position += 1
            let set = try property()
            return isInverse ? .inverse(set) : set
        default: return nil
        }
    }

    private static let hexadecimal = ScalarSet.union([.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)])

    private mutating func property() throws(Problem) -> ScalarSet {
        guard take("{") else {
            // One letter without braces.
            let letter = try next()
            return try set(named: Unicode.Scalar(letter).map { String(Character($0)) } ?? "")
        }
        return try namedSet(closedBy: "}", else: "a property without end")
    }

    /// The set whose name stands here, or with `^` before it what is not in it.
    private mutating func namedSet(closedBy end: String, else reason: String) throws(Problem) -> ScalarSet {
        let isInverse = take("^")
        var name = ""
        while let character = peek(), character != end.first {
            name.append(character)
            position += 1
        }
        guard take(end) else { throw problem(reason) }
        let set = try set(named: name)
        return isInverse ? .inverse(set) : set
    }

    private func set(named name: String) throws(Problem) -> ScalarSet {
        let plain = name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
        if let bits = GeneralCategories.bits(named: plain) { return .categories(bits) }
        switch plain {
        case "alpha", "alphabetic": return .property(.alphabetic)
        case "upper", "uppercase": return .property(.uppercase)
        case "lower", "lowercase": return .property(.lowercase)
        case "space", "whitespace": return .property(.space)
        case "word": return .property(.classWord)
        case "alnum": return .union([.property(.alphabetic), .categories(1 << 8)])
        case "punct":
            return .union([
                .categories(0b111_1111 << 11), .range(0x24...0x24), .range(0x2B...0x2B),
                .range(0x3C...0x3E), .range(0x5E...0x5E), .range(0x60...0x60), .range(0x7C...0x7C), .range(0x7E...0x7E),
            ])
        case "xdigit": return Self.hexadecimal
        case "ascii": return .range(0...0x7F)
        case "any": return .range(0...0x10FFFF)
        case "blank": return .union([.categories(1 << 22), .range(9...9)])
        case "han": return .property(.han)
        case "hiragana": return .property(.hiragana)
        case "katakana": return .property(.katakana)
        case "hangul": return .property(.hangul)
        default: throw problem("unknown property '\(name)'")
        }
    }

    private mutating func escapedScalar() throws(Problem) -> UInt32 {
        let scalar = try next()
        switch Unicode.Scalar(scalar).map({ Character($0) }) {
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "f": return 0x0C
        case "v": return 0x0B
        case "a": return 0x07
        case "e": return 0x1B
        case "0": return 0
        case "u": return try hexadecimalNumber(digits: 4...4)
        case "x":
            if take("{") {
                let value = try hexadecimalNumber(digits: 1...8)
                guard take("}") else { throw problem("an escape without end") }
                return value
            }
            return try hexadecimalNumber(digits: 1...2)
        default: return scalar
        }
    }

    private mutating func hexadecimalNumber(digits: ClosedRange<Int>) throws(Problem) -> UInt32 {
        var value: UInt32 = 0
        var count = 0
        while count < digits.upperBound, let digit = peek()?.hexDigitValue, scalars[position] < 0x80 {
            value = value << 4 | UInt32(digit)
            position += 1
            count += 1
        }
        guard digits.contains(count), value <= 0x10FFFF else { throw problem("a bad character number") }
        return value
    }

    /// A class, the cursor after its opening bracket.
    mutating func characterClass() throws(Problem) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw problem("nested too deep") }
        let isInverse = take("^")
        var parts: [ScalarSet] = []
        var intersected: [ScalarSet] = []
        var isFirst = true
        while isFirst || peek() != "]" {
            if take("&&") {
                intersected.append(.union(parts))
                parts = []
            } else if take("[:") {
                parts.append(try namedSet(closedBy: ":]", else: "a class name without end"))
            } else if take("[") {
                parts.append(try characterClass())
            } else {
                parts.append(try classItem())
            }
            isFirst = false
        }
        position += 1
        intersected.append(.union(parts))
        let set = intersected.count == 1 ? intersected[0] : .intersection(intersected)
        return isInverse ? .inverse(set) : set
    }

    private mutating func classItem() throws(Problem) -> ScalarSet {
        let low: UInt32
        if take("\\") {
            if let set = try escapedSet(isInClass: true) { return set }
            low = take("b") ? 0x08 : try escapedScalar()
        } else {
            low = try next()
        }
        guard peek() == "-", let after = peek(1), after != "]" else { return .range(low...low) }
        let start = position
        position += 1
        if take("\\") {
            if let set = try escapedSet(isInClass: true) {
                return .union([.range(low...low), .range(0x2D...0x2D), set])
            }
            let high = try escapedScalar()
            guard low <= high else { throw problem("an empty range") }
            return .range(low...high)
        }
        guard after != "[" else {
            position = start + 1
            return .union([.range(low...low), .range(0x2D...0x2D)])
        }
        let high = try next()
        guard low <= high else { throw problem("an empty range") }
        return .range(low...high)
    }
}
