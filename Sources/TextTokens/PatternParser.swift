/// Reads a regular expression in Oniguruma's Ruby syntax, which the `tokenizers` library uses.
///
/// What splitting rules need: literals, classes with `\p{…}`, groups, alternation, every kind of repetition, looking
/// ahead and behind, `(?i:…)`. Back references, conditionals and subexpression calls are refused.
struct PatternParser {
    /// What is wrong with a pattern, and at which of its scalars.
    struct Problem: Error {
        let reason: String
        let offset: Int
    }

    private let scalars: [UInt32]
    private var position = 0
    private var ignoresCase = false
    private var dotMatchesNewline = false
    private var depth = 0
    /// Deeper patterns are refused: each level costs stack.
    private static let depthLimit = 100

    /// The tree of a pattern.
    static func parse(_ pattern: String) throws(Problem) -> PatternNode {
        var parser = PatternParser(scalars: pattern.unicodeScalars.map(\.value))
        let node = try parser.alternation()
        guard parser.position == parser.scalars.count else { throw parser.problem("unmatched )") }
        return node
    }

    private init(scalars: [UInt32]) { self.scalars = scalars }

    private func problem(_ reason: String) -> Problem { Problem(reason: reason, offset: position) }

    private func peek(_ offset: Int = 0) -> Character? {
        guard position + offset < scalars.count, let scalar = Unicode.Scalar(scalars[position + offset]) else {
            return nil
        }
        return Character(scalar)
    }

    private mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    private mutating func next() throws(Problem) -> UInt32 {
        guard position < scalars.count else { throw problem("the pattern ends too early") }
        defer { position += 1 }
        return scalars[position]
    }

    // MARK: - Structure

    private mutating func alternation() throws(Problem) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw problem("nested too deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternation(branches)
    }

    private mutating func sequence() throws(Problem) -> PatternNode {
        var nodes: [PatternNode] = []
        while let character = peek(), character != "|", character != ")" { nodes.append(try repeated()) }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func repeated() throws(Problem) -> PatternNode {
        var node = try atom()
        var count = 0
        while let (minimum, maximum, isInterval) = try quantifier() {
            count += 1
            guard count <= 8 else { throw problem("too many repetitions of one thing") }
            var mode = RepetitionMode.greedy
            if take("?") {
                // `{n}?` is a repetition that may be left out.
                if isInterval, minimum == maximum {
                    node = .repetition(node, minimum: minimum, maximum: maximum, mode: .greedy)
                    node = .repetition(node, minimum: 0, maximum: 1, mode: .greedy)
                    continue
                }
                mode = .lazy
            } else if !isInterval, take("+") {
                mode = .possessive
            }
            node = .repetition(node, minimum: minimum, maximum: maximum, mode: mode)
        }
        return node
    }

    private mutating func quantifier() throws(Problem) -> (minimum: Int, maximum: Int?, isInterval: Bool)? {
        if take("*") { return (0, nil, false) }
        if take("+") { return (1, nil, false) }
        if take("?") { return (0, 1, false) }
        guard peek() == "{" else { return nil }
        let start = position
        position += 1
        let minimum = number()
        var maximum = minimum
        if take(",") { maximum = number() } else if minimum == nil { position = start; return nil }
        guard take("}"), minimum != nil || maximum != nil else {
            position = start
            return nil
        }
        let low = minimum ?? 0
        guard low <= 1000, (maximum ?? 0) <= 1000, maximum.map({ low <= $0 }) ?? true else {
            throw problem("a repetition out of bounds")
        }
        return (low, maximum, true)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek()?.wholeNumberValue, scalars[position] < 0x80, (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + digit
            position += 1
        }
        return value
    }

    private mutating func atom() throws(Problem) -> PatternNode {
        if take("(") { return try group() }
        if take("[") { return .set(cased(try characterClass())) }
        if take(".") { return .set(dotMatchesNewline ? .range(0...0x10FFFF) : .inverse(.range(0x0A...0x0A))) }
        if take("^") { return .assertion(.lineStart) }
        if take("$") { return .assertion(.lineEnd) }
        if peek() == "\\" { return try escape() }
        if let character = peek(), "*+?".contains(character) { throw problem("nothing to repeat") }
        let scalar = try next()
        return .set(cased(.range(scalar...scalar)))
    }

    private func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.ignoringCase() : set }

    private mutating func group() throws(Problem) -> PatternNode {
        let (oldCase, oldDot) = (ignoresCase, dotMatchesNewline)
        defer { (ignoresCase, dotMatchesNewline) = (oldCase, oldDot) }
        func close(_ node: PatternNode, _ parser: inout PatternParser) throws(Problem) -> PatternNode {
            guard parser.take(")") else { throw parser.problem("a group without end") }
            return node
        }
        guard take("?") else { return try close(try alternation(), &self) }
        if take(":") { return try close(try alternation(), &self) }
        if take("=") { return try close(.look(try alternation(), isBehind: false, isNegative: false), &self) }
        if take("!") { return try close(.look(try alternation(), isBehind: false, isNegative: true), &self) }
        if take("<=") { return try close(.look(try alternation(), isBehind: true, isNegative: false), &self) }
        if take("<!") { return try close(.look(try alternation(), isBehind: true, isNegative: true), &self) }
        if take(">") { return try close(.atomic(try alternation()), &self) }
        if take("#") {
            while let character = peek(), character != ")" { position += 1 }
            return try close(.empty, &self)
        }
        if take("<") {
            while let character = peek(), character != ">" { position += 1 }
            guard take(">") else { throw problem("a group name without end") }
            return try close(try alternation(), &self)
        }
        try options()
        if take(":") { return try close(try alternation(), &self) }
        // `(?i)` holds up to the end of the group that it stands in.
        guard take(")") else { throw problem("unknown group") }
        let rest = try alternation()
        return rest
    }

    private mutating func options() throws(Problem) {
        var isOn = true
        while let character = peek(), character != ":", character != ")" {
            switch character {
            case "-": isOn = false
            case "i": ignoresCase = isOn
            case "m": dotMatchesNewline = isOn
            default: throw problem("unknown option")
            }
            position += 1
        }
    }

    // MARK: - Escapes and classes

    private mutating func escape() throws(Problem) -> PatternNode {
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
        let isInverse = take("^")
        var name = ""
        while let character = peek(), character != "}" {
            name.append(character)
            position += 1
        }
        guard take("}") else { throw problem("a property without end") }
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
    private mutating func characterClass() throws(Problem) -> ScalarSet {
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
                parts.append(try bracketed())
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

    private mutating func bracketed() throws(Problem) -> ScalarSet {
        let isInverse = take("^")
        var name = ""
        while let character = peek(), character != ":" {
            name.append(character)
            position += 1
        }
        guard take(":]") else { throw problem("a class name without end") }
        let set = try set(named: name)
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
