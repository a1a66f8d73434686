/// Reads the expressions within one tag. Loosest first: condition, or, and, not, comparison, sum, `~`, product, power, sign.
struct ExpressionParser {
    let tokens: [TemplateToken]
    var index = 0
    private var depth = 0

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    var line: Int { (index < tokens.count ? tokens[index] : tokens.last)?.line ?? 1 }
    var kind: TemplateToken.Kind? { index < tokens.count ? tokens[index].kind : nil }

    /// Takes the next token where it is this symbol.
    mutating func take(symbol: String) -> Bool {
        guard kind == .symbol(symbol) else { return false }
        index += 1
        return true
    }

    /// Takes the next token where it is this word.
    mutating func take(name: String) -> Bool {
        guard kind == .name(name) else { return false }
        index += 1
        return true
    }

    mutating func require(symbol: String) throws(TemplateError) {
        guard take(symbol: symbol) else { throw .syntax(line: line, reason: "'\(symbol)' has to stand here") }
    }

    mutating func requireName() throws(TemplateError) -> String {
        guard case .name(let name) = kind else { throw .syntax(line: line, reason: "a name has to stand here") }
        index += 1
        return name
    }

    func requireEnd() throws(TemplateError) {
        if index < tokens.count { throw .syntax(line: line, reason: "the tag goes on where it has to end") }
    }

    /// One expression, or several with commas between, which are a list.
    mutating func expressions() throws(TemplateError) -> TemplateExpression {
        let first = try expression()
        guard kind == .symbol(",") else { return first }
        var all = [first]
        while take(symbol: ","), index < tokens.count { all.append(try expression()) }
        return .list(all)
    }

    /// An expression that may end in `if … else …`.
    mutating func expression() throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > TemplateParser.depthLimit { throw .tooDeep(limit: TemplateParser.depthLimit) }
        var value = try disjunction()
        while take(name: "if") {
            let condition = try disjunction()
            value = .condition(condition, then: value, otherwise: take(name: "else") ? try expression() : nil)
        }
        return value
    }

    /// An expression without a condition: `{% for x in xs if … %}` keeps its own.
    mutating func withoutCondition() throws(TemplateError) -> TemplateExpression { try disjunction() }

    private mutating func disjunction() throws(TemplateError) -> TemplateExpression {
        var value = try conjunction()
        while take(name: "or") { value = .or(value, try conjunction()) }
        return value
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var value = try negation()
        while take(name: "and") { value = .and(value, try negation()) }
        return value
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        guard take(name: "not") else { return try comparison() }
        depth += 1
        defer { depth -= 1 }
        if depth > TemplateParser.depthLimit { throw .tooDeep(limit: TemplateParser.depthLimit) }
        return .negation(try negation())
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        let first = try sum()
        var others: [(operation: String, operand: TemplateExpression)] = []
        while let operation = comparisonOperator() { others.append((operation, try sum())) }
        return others.isEmpty ? first : .comparison(first, others)
    }

    private mutating func comparisonOperator() -> String? {
        if case .symbol(let symbol) = kind, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
            index += 1
            return symbol
        }
        if take(name: "in") { return "in" }
        if kind == .name("not"), index + 1 < tokens.count, tokens[index + 1].kind == .name("in") {
            index += 2
            return "not in"
        }
        return nil
    }

    /// Operators of one rank, leftmost first.
    private mutating func chain(
        _ symbols: [String], _ next: (inout ExpressionParser) throws(TemplateError) -> TemplateExpression
    ) throws(TemplateError) -> TemplateExpression {
        var value = try next(&self)
        while case .symbol(let symbol) = kind, symbols.contains(symbol) {
            index += 1
            value = .arithmetic(symbol, value, try next(&self))
        }
        return value
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        try chain(["+", "-"]) { (parser: inout ExpressionParser) throws(TemplateError) in try parser.joined() }
    }

    private mutating func joined() throws(TemplateError) -> TemplateExpression {
        try chain(["~"]) { (parser: inout ExpressionParser) throws(TemplateError) in try parser.product() }
    }

    private mutating func product() throws(TemplateError) -> TemplateExpression {
        try chain(["*", "/", "//", "%"]) { (parser: inout ExpressionParser) throws(TemplateError) in
            try parser.power()
        }
    }

    private mutating func power() throws(TemplateError) -> TemplateExpression {
        try chain(["**"]) { (parser: inout ExpressionParser) throws(TemplateError) in try parser.signed(filtered: true)
        }
    }

    private mutating func signed(filtered: Bool) throws(TemplateError) -> TemplateExpression {
        depth += 1
        defer { depth -= 1 }
        if depth > TemplateParser.depthLimit { throw .tooDeep(limit: TemplateParser.depthLimit) }
        var value: TemplateExpression
        if take(symbol: "-") {
            value = .minus(try signed(filtered: false))
        } else if take(symbol: "+") {
            value = try signed(filtered: false)
        } else {
            value = try postfixed(try primary())
        }
        return filtered ? try filters(value) : value
    }
}
