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

    let scalars: [UInt32]
    var position = 0
    private var ignoresCase = false
    private var dotMatchesNewline = false
    var depth = 0
    /// Deeper patterns are refused: each level costs stack.
    static let depthLimit = 100

    /// The tree of a pattern.
    static func parse(_ pattern: String) throws(Problem) -> PatternNode {
        var parser = PatternParser(scalars: pattern.unicodeScalars.map(\.value))
        let node = try parser.alternation()
        guard parser.position == parser.scalars.count else { throw parser.problem("unmatched )") }
        return node
    }

    private init(scalars: [UInt32]) { self.scalars = scalars }

    func problem(_ reason: String) -> Problem { Problem(reason: reason, offset: position) }

    func peek(_ offset: Int = 0) -> Character? {
        guard position + offset < scalars.count, let scalar = Unicode.Scalar(scalars[position + offset]) else {
            return nil
        }
        return Character(scalar)
    }

    mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        guard scalars[position...].starts(with: wanted) else { return false }
        position += wanted.count
        return true
    }

    mutating func next() throws(Problem) -> UInt32 {
        guard position < scalars.count else { throw problem("the pattern ends too early") }
        defer { position += 1 }
        return scalars[position]
    }

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

    func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.ignoringCase() : set }

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
}
