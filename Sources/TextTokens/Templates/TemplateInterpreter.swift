/// Lays out a template: statements one after the other, names looked up from the innermost scope outwards.
struct TemplateInterpreter {
    /// Statements, loop rounds and macros in all: far beyond any conversation, near enough to end in time.
    static let stepLimit = 1_000_000
    /// Elements of `range()`.
    static let rangeLimit = 100_000

    /// Names of each scope; a loop's and a macro's are their own, `if` has none.
    private var scopes: [[String: TemplateValue]]
    private var output = ""
    private var steps = 0
    var depth = 0
    /// The date that `strftime_now` tells.
    let date: TemplateDate

    /// How a body ended.
    private enum Ending { case finished, leftLoop, nextRound }

    init(names: [String: TemplateValue], date: TemplateDate) {
        scopes = [names]
        self.date = date
    }

    /// The text of a whole template.
    mutating func text(of statements: [TemplateStatement]) throws(TemplateError) -> String {
        _ = try run(statements)
        return output
    }

    /// The value of a name.
    func value(of name: String) -> TemplateValue {
        for scope in scopes.reversed() { if let value = scope[name] { return value } }
        return TemplateFunctions.names.contains(name) ? .function(name) : .undefined(name)
    }

    private mutating func countStep() throws(TemplateError) {
        steps += 1
        if steps > Self.stepLimit || output.utf8.count > Self.stepLimit * 16 { throw .tooLong(limit: Self.stepLimit) }
    }

    private mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Ending {
        for statement in statements {
            let ending = try run(statement)
            if ending != .finished { return ending }
        }
        return .finished
    }

    private mutating func run(_ statement: TemplateStatement) throws(TemplateError) -> Ending {
        try countStep()
        switch statement {
        case .text(let text): output += text
        case .output(let expression): output += try value(of: expression).text
        case .block(let body): return try run(body)
        case .branches(let branches, let otherwise):
            for branch in branches where try value(of: branch.condition).isTrue { return try run(branch.body) }
            return try run(otherwise)
        case .loop(let loop): try run(loop)
        case .assignment(let targets, let expression): try assign(try value(of: expression), to: targets)
        case .capture(let target, let body): try assign(.string(try captured(body, names: nil)), to: [target])
        case .macro(let macro): scopes[scopes.count - 1][macro.name] = .macro(macro)
        case .leaveLoop: return .leftLoop
        case .nextRound: return .nextRound
        }
        return .finished
    }

    private mutating func assign(_ value: TemplateValue, to targets: [TemplateTarget]) throws(TemplateError) {
        guard targets.count > 1 else { return try assign(value, to: targets[0]) }
        guard case .list(let elements) = value, elements.count == targets.count else {
            throw .wrongKind(operation: "an assignment to \(targets.count) names", found: value.kind)
        }
        for (target, element) in zip(targets, elements) { try assign(element, to: target) }
    }

    private mutating func assign(_ value: TemplateValue, to target: TemplateTarget) throws(TemplateError) {
        switch target {
        case .name(let name): scopes[scopes.count - 1][name] = value
        case .member(let name, let member):
            guard case .namespace(let namespace) = self.value(of: name) else {
                throw .wrongKind(operation: "an assignment to \(name).\(member)", found: self.value(of: name).kind)
            }
            namespace.members[member] = value
        }
    }

    // MARK: - Loops

    private mutating func run(_ loop: TemplateLoop) throws(TemplateError) {
        var elements: [TemplateValue] = []
        for element in try TemplateFunctions.elements(of: try value(of: loop.elements), operation: "a loop") {
            guard let condition = loop.condition else {
                elements.append(element)
                continue
            }
            scopes.append([:])
            defer { scopes.removeLast() }
            try bind(element, to: loop.targets)
            if try value(of: condition).isTrue { elements.append(element) }
        }
        if elements.isEmpty { _ = try run(loop.otherwise) }
        for index in elements.indices {
            try countStep()
            scopes.append(["loop": .dictionary(Self.facts(index, elements))])
            defer { scopes.removeLast() }
            try bind(elements[index], to: loop.targets)
            if try run(loop.body) == .leftLoop { return }
        }
    }

    private mutating func bind(_ element: TemplateValue, to names: [String]) throws(TemplateError) {
        try assign(element, to: names.map { .name($0) })
    }

    /// What a round of a loop knows about itself.
    private static func facts(_ index: Int, _ elements: [TemplateValue]) -> TemplateDictionary {
        let count = elements.count
        return TemplateDictionary([
            ("index", .integer(index + 1)), ("index0", .integer(index)), ("revindex", .integer(count - index)),
            ("revindex0", .integer(count - index - 1)), ("first", .bool(index == 0)),
            ("last", .bool(index == count - 1)), ("length", .integer(count)),
            ("previtem", index > 0 ? elements[index - 1] : .undefined("loop.previtem")),
            ("nextitem", index + 1 < count ? elements[index + 1] : .undefined("loop.nextitem")),
        ])
    }

    // MARK: - Macros

    /// What a body writes; in a scope of its own above the outermost where `names` are given (a macro's).
    private mutating func captured(_ body: [TemplateStatement], names: [String: TemplateValue]?) throws(TemplateError)
        -> String
    {
        let (outer, outerScopes) = (output, scopes)
        output = ""
        if let names { scopes = [scopes[0], names] } else { scopes.append([:]) }
        defer {
            output = outer
            scopes = outerScopes
        }
        _ = try run(body)
        return output
    }

    /// What a macro writes for these arguments.
    mutating func call(
        _ macro: TemplateMacro, _ positional: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue {
        depth += 1
        defer { depth -= 1 }
        if depth > TemplateParser.depthLimit { throw .tooDeep(limit: TemplateParser.depthLimit) }
        guard positional.count <= macro.parameters.count else {
            throw .wrongKind(operation: "macro \(macro.name)", found: "\(positional.count) arguments")
        }
        var names: [String: TemplateValue] = [:]
        for (index, parameter) in macro.parameters.enumerated() {
            if index < positional.count {
                names[parameter.name] = positional[index]
            } else if let value = named[parameter.name] {
                names[parameter.name] = value
            } else if let fallback = parameter.fallback {
                names[parameter.name] = try value(of: fallback)
            } else {
                names[parameter.name] = .undefined(parameter.name)
            }
        }
        return .string(try captured(macro.body, names: names))
    }
}
