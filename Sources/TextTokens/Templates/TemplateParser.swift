/// Reads the statements of a template.
struct TemplateParser {
    /// How deep tags and expressions may stand in one another: far beyond what anybody writes.
    static let depthLimit = 100

    private let pieces: [TemplatePiece]
    private var index = 0
    private var depth = 0

    private init(_ pieces: [TemplatePiece]) { self.pieces = pieces }

    /// The statements of the template `text`.
    static func statements(of text: String) throws(TemplateError) -> [TemplateStatement] {
        var parser = TemplateParser(try TemplateLexer.pieces(of: text))
        let (statements, end) = try parser.body(until: [])
        if let end { throw .syntax(line: end.line, reason: "{% \(end.word) %} without a beginning") }
        return statements
    }

    /// A tag that ends a body.
    private struct End {
        let word: String
        let line: Int
        var rest: ExpressionParser
    }

    /// Statements up to a tag that starts with one of `ends`, which is taken.
    private mutating func body(until ends: Set<String>) throws(TemplateError) -> ([TemplateStatement], End?) {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.depthLimit { throw .tooDeep(limit: Self.depthLimit) }
        var statements: [TemplateStatement] = []
        while index < pieces.count {
            let piece = pieces[index]
            index += 1
            switch piece {
            case .text(let text): statements.append(.text(text))
            case .output(let tokens):
                var parser = ExpressionParser(tokens)
                statements.append(.output(try parser.expressions()))
                try parser.requireEnd()
            case .statement(let tokens):
                var parser = ExpressionParser(tokens)
                let word = try parser.requireName()
                let line = tokens[0].line
                if ends.contains(word) { return (statements, End(word: word, line: line, rest: parser)) }
                if word.hasPrefix("end") || ["else", "elif"].contains(word) {
                    return (statements, End(word: word, line: line, rest: parser))
                }
                statements.append(try statement(word, line, &parser))
            }
        }
        return (statements, nil)
    }

    /// Statements up to `{% end %}`, one of `ends`.
    private mutating func requiredBody(of word: String, _ line: Int, until ends: Set<String>) throws(TemplateError)
        -> ([TemplateStatement], End)
    {
        let (statements, end) = try body(until: ends)
        guard let end else { throw .syntax(line: line, reason: "{% \(word) %} without {% end\(word) %}") }
        guard ends.contains(end.word) else {
            throw .syntax(line: end.line, reason: "{% \(end.word) %} where {% end\(word) %} has to stand")
        }
        return (statements, end)
    }

    private mutating func statement(
        _ word: String, _ line: Int, _ parser: inout ExpressionParser
    ) throws(TemplateError) -> TemplateStatement {
        switch word {
        case "if": return try branches(line, parser)
        case "for": return try loop(line, &parser)
        case "set": return try assignment(line, &parser)
        case "macro": return try macro(line, &parser)
        case "generation":
            try parser.requireEnd()
            return .block(try requiredBody(of: word, line, until: ["endgeneration"]).0)
        case "break":
            try parser.requireEnd()
            return .leaveLoop
        case "continue":
            try parser.requireEnd()
            return .nextRound
        default: throw .unsupported(line: line, what: "{% \(word) %}")
        }
    }

    private mutating func branches(_ line: Int, _ first: ExpressionParser) throws(TemplateError) -> TemplateStatement {
        var parser = first
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        while true {
            let condition = try parser.expression()
            try parser.requireEnd()
            let (statements, end) = try requiredBody(of: "if", line, until: ["elif", "else", "endif"])
            branches.append((condition, statements))
            switch end.word {
            case "elif": parser = end.rest
            case "else":
                let (otherwise, _) = try requiredBody(of: "if", line, until: ["endif"])
                return .branches(branches, otherwise: otherwise)
            default: return .branches(branches, otherwise: [])
            }
        }
    }

    private mutating func loop(_ line: Int, _ parser: inout ExpressionParser) throws(TemplateError) -> TemplateStatement
    {
        var targets = [try parser.requireName()]
        while parser.take(symbol: ",") { targets.append(try parser.requireName()) }
        guard parser.take(name: "in") else { throw .syntax(line: line, reason: "{% for %} without 'in'") }
        let elements = try parser.withoutCondition()
        var condition: TemplateExpression?
        if parser.take(name: "if") { condition = try parser.expression() }
        if parser.take(name: "recursive") { throw .unsupported(line: line, what: "a recursive loop") }
        try parser.requireEnd()
        let (statements, end) = try requiredBody(of: "for", line, until: ["else", "endfor"])
        var otherwise: [TemplateStatement] = []
        if end.word == "else" { otherwise = try requiredBody(of: "for", line, until: ["endfor"]).0 }
        return .loop(
            TemplateLoop(
                targets: targets, elements: elements, condition: condition, body: statements, otherwise: otherwise))
    }

    private mutating func assignment(
        _ line: Int, _ parser: inout ExpressionParser
    ) throws(TemplateError) -> TemplateStatement {
        var targets = [try target(&parser)]
        while parser.take(symbol: ",") { targets.append(try target(&parser)) }
        guard parser.take(symbol: "=") else {
            try parser.requireEnd()
            return .capture(targets[0], try requiredBody(of: "set", line, until: ["endset"]).0)
        }
        let value = try parser.expressions()
        try parser.requireEnd()
        return .assignment(targets, value)
    }

    private func target(_ parser: inout ExpressionParser) throws(TemplateError) -> TemplateTarget {
        let name = try parser.requireName()
        return parser.take(symbol: ".") ? .member(name, try parser.requireName()) : .name(name)
    }

    private mutating func macro(_ line: Int, _ parser: inout ExpressionParser) throws(TemplateError)
        -> TemplateStatement
    {
        let name = try parser.requireName()
        try parser.require(symbol: "(")
        var parameters: [(name: String, fallback: TemplateExpression?)] = []
        while !parser.take(symbol: ")") {
            if !parameters.isEmpty { try parser.require(symbol: ",") }
            let parameter = try parser.requireName()
            parameters.append((parameter, parser.take(symbol: "=") ? try parser.expression() : nil))
        }
        try parser.requireEnd()
        let (statements, _) = try requiredBody(of: "macro", line, until: ["endmacro"])
        return .macro(TemplateMacro(name: name, parameters: parameters, body: statements))
    }
}
