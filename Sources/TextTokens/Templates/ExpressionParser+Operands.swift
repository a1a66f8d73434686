/// Literals and names, and what stands behind a value: `.name`, `[…]`, `(…)`, `| name`, `is name`.
extension ExpressionParser {
    mutating func primary() throws(TemplateError) -> TemplateExpression {
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
    mutating func postfixed(_ first: TemplateExpression) throws(TemplateError) -> TemplateExpression {
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
    mutating func filters(_ first: TemplateExpression) throws(TemplateError) -> TemplateExpression {
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
