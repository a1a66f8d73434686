/// Reads the expressions within one tag. Loosest first: condition, or, and, not, comparison, sum, `~`, product, power, sign.
struct ExpressionParser {
    private let tokens: [TemplateToken]
    private var index = 0
    private var depth = 0

    init(_ tokens: [TemplateToken]) { self.tokens = tokens }

    private var line: Int { (index < tokens.count ? tokens[index] : tokens.last)?.line ?? 1 }
    private var kind: TemplateToken.Kind? { index < tokens.count ? tokens[index].kind : nil }

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

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        guard let kind else { throw .syntax(line: line, reason: "an expression has to stand here") }
        index += 1
        switch kind {
        case .string(let text):
            var whole = text
            while case .string(let more) = self.kind {
                whole += more
                index += 1
            }
            return .string(whole)
        case .integer(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .name("true"), .name("True"): return .bool(true)
        case .name("false"), .name("False"): return .bool(false)
        case .name("none"), .name("None"): return .none
        case .name(let name): return .name(name)
        case .symbol("("): return try parenthesised()
        case .symbol("["): return .list(try list(until: "]"))
        case .symbol("{"): return try dictionary()
        case .symbol(let symbol): throw .syntax(line: line, reason: "'\(symbol)' where an expression has to stand")
        }
    }

    private mutating func parenthesised() throws(TemplateError) -> TemplateExpression {
        if take(symbol: ")") { return .list([]) }
        let first = try expression()
        guard kind == .symbol(",") else {
            try require(symbol: ")")
            return first
        }
        var all = [first]
        while take(symbol: ",") {
            if kind == .symbol(")") { break }
            all.append(try expression())
        }
        try require(symbol: ")")
        return .list(all)
    }

    private mutating func list(until end: String) throws(TemplateError) -> [TemplateExpression] {
        var elements: [TemplateExpression] = []
        while !take(symbol: end) {
            if !elements.isEmpty {
                try require(symbol: ",")
                if take(symbol: end) { break }
            }
            elements.append(try expression())
        }
        return elements
    }

    private mutating func dictionary() throws(TemplateError) -> TemplateExpression {
        var members: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !take(symbol: "}") {
            if !members.isEmpty {
                try require(symbol: ",")
                if take(symbol: "}") { break }
            }
            let key = try expression()
            try require(symbol: ":")
            members.append((key, try expression()))
        }
        return .dictionary(members)
    }

    /// `.name`, `[…]` and `(…)` behind a value.
    private mutating func postfixed(_ first: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = first
        while true {
            if take(symbol: ".") {
                if case .integer(let position) = kind {
                    index += 1
                    value = .item(value, .integer(position))
                } else {
                    value = .attribute(value, try requireName())
                }
            } else if take(symbol: "[") {
                value = try subscripted(value)
            } else if take(symbol: "(") {
                value = .call(value, try arguments())
            } else {
                return value
            }
        }
    }

    private mutating func subscripted(_ value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var bounds: [TemplateExpression?] = [nil]
        while !take(symbol: "]") {
            if take(symbol: ":") { bounds.append(nil) } else { bounds[bounds.count - 1] = try expression() }
            if bounds.count > 3 { throw .syntax(line: line, reason: "a slice has three bounds at most") }
        }
        if bounds.count == 1 {
            guard let key = bounds[0] else { throw .syntax(line: line, reason: "nothing between '[' and ']'") }
            return .item(value, key)
        }
        return .slice(value, from: bounds[0], to: bounds[1], by: bounds.count > 2 ? bounds[2] : nil)
    }

    private mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        var isFirst = true
        while !take(symbol: ")") {
            if !isFirst {
                try require(symbol: ",")
                if take(symbol: ")") { break }
            }
            isFirst = false
            if case .name(let name) = kind, index + 1 < tokens.count, tokens[index + 1].kind == .symbol("=") {
                index += 2
                arguments.named.append((name, try expression()))
            } else {
                arguments.positional.append(try expression())
            }
        }
        return arguments
    }

    /// `| name(…)` and `is name …` behind a value.
    private mutating func filters(_ first: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = first
        while true {
            if take(symbol: "|") {
                let name = try requireName()
                value = .filter(value, name, take(symbol: "(") ? try arguments() : TemplateArguments())
                value = try postfixed(value)
            } else if take(name: "is") {
                let isNegated = take(name: "not")
                let name = try requireName()
                var arguments = TemplateArguments()
                if take(symbol: "(") {
                    arguments = try self.arguments()
                } else if startsOperand {
                    arguments.positional = [try postfixed(try primary())]
                }
                let test = TemplateExpression.test(value, name, arguments)
                value = isNegated ? .negation(test) : test
            } else {
                return value
            }
        }
    }

    /// Whether a test's only argument, without parentheses, stands here.
    private var startsOperand: Bool {
        switch kind {
        case .string, .integer, .double, .symbol("["), .symbol("{"): true
        case .name(let name): !["and", "or", "not", "if", "else", "in", "is"].contains(name)
        default: false
        }
    }
}
