import JSONText

/// Jinja's filters and tests, those that chat templates use.
enum TemplateFilters {
    static func apply(
        _ name: String, to value: TemplateValue, _ arguments: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue {
        if let result = try text(name, value, arguments, named) { return result }
        if let result = try collection(name, value, arguments, named) { return result }
        throw .wrongKind(operation: "a template of ours", found: "the filter '\(name)'")
    }

    /// Filters of texts and numbers.
    private static func text(
        _ name: String, _ value: TemplateValue, _ arguments: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue? {
        switch name {
        case "trim": return .string(PythonString.stripped(value.text, of: arguments.first?.text))
        case "upper": return .string(value.text.uppercased())
        case "lower": return .string(value.text.lowercased())
        case "capitalize": return .string(PythonString.capitalized(value.text))
        case "title": return .string(PythonString.title(value.text))
        case "string", "safe": return .string(value.text)
        case "escape", "e": return .string(escaped(value.text))
        case "replace":
            guard arguments.count > 1 else {
                throw .wrongKind(operation: "replace", found: "\(arguments.count) arguments")
            }
            return .string(PythonString.split(value.text, by: arguments[0].text).joined(separator: arguments[1].text))
        case "indent": return .string(indented(value.text, arguments, named))
        case "int":
            return .integer(
                value.integer ?? value.number.flatMap { Int(exactly: $0.rounded(.towardZero)) } ?? Int(value.text) ?? 0)
        case "float": return .double(value.number ?? Double(value.text) ?? 0)
        case "abs": return value.integer.map { .integer(Int($0.magnitude)) } ?? value.number.map { .double(abs($0)) }
        case "default", "d":
            let fallback = arguments.first ?? named["default_value"] ?? .string("")
            let takesFalse = (arguments.count > 1 ? arguments[1] : named["boolean"])?.isTrue ?? false
            if case .undefined = value { return fallback }
            return takesFalse && !value.isTrue ? fallback : value
        case "tojson":
            guard let json = value.json else { throw .wrongKind(operation: "tojson", found: value.kind) }
            let indent = (arguments.first ?? named["indent"])?.integer
            return .string(indent.map { TemplateJSON.indented(json, by: $0) } ?? json.text)
        default: return nil
        }
    }

    /// Filters of lists and mappings.
    private static func collection(
        _ name: String, _ value: TemplateValue, _ arguments: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue? {
        switch name {
        case "length", "count": return .integer(try TemplateFunctions.elements(of: value, operation: name).count)
        case "items": return try TemplateMethods.call("items", on: value, [], [:])
        case "list": return .list(try TemplateFunctions.elements(of: value, operation: name))
        case "first": return try TemplateFunctions.elements(of: value, operation: name).first ?? .undefined("first")
        case "last": return try TemplateFunctions.elements(of: value, operation: name).last ?? .undefined("last")
        case "reverse":
            if case .string(let text) = value {
                return .string(String(text.unicodeScalars.reversed().map(Character.init)))
            }
            return .list(try TemplateFunctions.elements(of: value, operation: name).reversed())
        case "join":
            var elements = try TemplateFunctions.elements(of: value, operation: name)
            if let member = named["attribute"] ?? (arguments.count > 1 ? arguments[1] : nil) {
                elements = try mapped(elements, member.text)
            }
            return .string(elements.map(\.text).joined(separator: (arguments.first ?? named["d"])?.text ?? ""))
        case "unique":
            var seen: [TemplateValue] = []
            for element in try TemplateFunctions.elements(of: value, operation: name)
            where !seen.contains(where: { $0.isEqual(to: element) }) { seen.append(element) }
            return .list(seen)
        case "sort": return .list(try sorted(value, named))
        case "dictsort":
            guard case .dictionary(let dictionary) = value else { throw .wrongKind(operation: name, found: value.kind) }
            let members = dictionary.members.sorted { $0.key.lowercased() < $1.key.lowercased() }
            return .list(members.map { .list([.string($0.key), $0.value]) })
        case "map":
            let elements = try TemplateFunctions.elements(of: value, operation: name)
            if let member = named["attribute"] { return .list(try mapped(elements, member.text)) }
            return .list(try each(elements, arguments))
        case "select", "reject", "selectattr", "rejectattr": return .list(try chosen(name, value, arguments))
        case "sum":
            var total = TemplateValue.integer(0)
            for element in try TemplateFunctions.elements(of: value, operation: name) {
                total = try TemplateArithmetic.result("+", total, element)
            }
            return total
        default: return nil
        }
    }

    private static func mapped(_ elements: [TemplateValue], _ member: String) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for element in elements {
            var value = element
            for part in PythonString.split(member, by: ".") {
                value = try TemplateFunctions.item(.string(part), of: value)
            }
            values.append(value)
        }
        return values
    }

    /// Another filter, whose name is the first argument, on each element.
    private static func each(_ elements: [TemplateValue], _ arguments: [TemplateValue]) throws(TemplateError)
        -> [TemplateValue]
    {
        var values: [TemplateValue] = []
        for element in elements {
            values.append(try apply(arguments.first?.text ?? "", to: element, Array(arguments.dropFirst()), [:]))
        }
        return values
    }

    private static func sorted(
        _ value: TemplateValue, _ named: [String: TemplateValue]
    ) throws(TemplateError) -> [TemplateValue] {
        let elements = try TemplateFunctions.elements(of: value, operation: "sort")
        let keys =
            try named["attribute"].map { member throws(TemplateError) in try mapped(elements, member.text) } ?? elements
        for (a, b) in zip(keys, keys.dropFirst()) { _ = try TemplateArithmetic.compare(a, b, "sort") }
        let isFalling = named["reverse"]?.isTrue ?? false
        func order(_ a: Int, _ b: Int) -> Int {
            (try? TemplateArithmetic.compare(folded(keys[a]), folded(keys[b]), "sort")) ?? 0
        }
        return elements.indices.sorted { a, b in
            let order = order(a, b)
            return order == 0 ? a < b : (order < 0) != isFalling
        }.map { elements[$0] }
    }

    /// Sorting does not tell large letters from small.
    private static func folded(_ value: TemplateValue) -> TemplateValue {
        if case .string(let text) = value { .string(text.lowercased()) } else { value }
    }

    private static func chosen(
        _ name: String, _ value: TemplateValue, _ arguments: [TemplateValue]
    ) throws(TemplateError) -> [TemplateValue] {
        let looksAtMember = name.hasSuffix("attr")
        let rest = looksAtMember ? Array(arguments.dropFirst()) : arguments
        var kept: [TemplateValue] = []
        for element in try TemplateFunctions.elements(of: value, operation: name) {
            let subject = looksAtMember ? try mapped([element], arguments.first?.text ?? "")[0] : element
            let holds =
                rest.isEmpty ? subject.isTrue : try test(rest[0].text, subject, Array(rest.dropFirst()))
            if holds == name.hasPrefix("select") { kept.append(element) }
        }
        return kept
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "'": result += "&#39;"
            case "\"": result += "&#34;"
            default: result.append(character)
            }
        }
    }

    private static func indented(_ text: String, _ arguments: [TemplateValue], _ named: [String: TemplateValue])
        -> String
    {
        let width = min(arguments.first?.integer ?? named["width"]?.integer ?? 4, 1_000)
        let indentsFirst = (arguments.count > 1 ? arguments[1] : named["first"])?.isTrue ?? false
        let indentsBlank = (arguments.count > 2 ? arguments[2] : named["blank"])?.isTrue ?? false
        let margin = String(repeating: " ", count: max(0, width))
        return PythonString.split(text, by: "\n").enumerated().map { index, line in
            index == 0 ? (indentsFirst ? margin + line : line) : line.isEmpty && !indentsBlank ? line : margin + line
        }.joined(separator: "\n")
    }

    // MARK: - Tests

    /// Whether `value is name`.
    static func test(_ name: String, _ value: TemplateValue, _ arguments: [TemplateValue]) throws(TemplateError) -> Bool
    {
        func argument() throws(TemplateError) -> TemplateValue {
            guard let first = arguments.first else { throw .wrongKind(operation: "is \(name)", found: "no argument") }
            return first
        }
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("undefined", _): return false
        case ("none", .none), ("string", .string), ("mapping", .dictionary), ("boolean", .bool): return true
        case ("true", .bool(let bool)): return bool
        case ("false", .bool(let bool)): return !bool
        case ("none", _), ("string", _), ("mapping", _), ("boolean", _), ("true", _), ("false", _): return false
        case ("sequence", .list), ("sequence", .string), ("sequence", .dictionary): return true
        case ("iterable", .list), ("iterable", .string), ("iterable", .dictionary): return true
        case ("sequence", _), ("iterable", _): return false
        case ("number", _): return value.number != nil
        case ("integer", .integer): return true
        case ("float", .double): return true
        case ("integer", _), ("float", _): return false
        case ("callable", .macro), ("callable", .function): return true
        case ("callable", _): return false
        case ("odd", _): return value.integer.map { $0 % 2 != 0 } ?? false
        case ("even", _): return value.integer.map { $0 % 2 == 0 } ?? false
        case ("divisibleby", _):
            guard let divisor = try argument().integer, divisor != 0, let integer = value.integer else { return false }
            return integer % divisor == 0
        case ("lower", .string(let text)): return text == text.lowercased() && text != text.uppercased()
        case ("upper", .string(let text)): return text == text.uppercased() && text != text.lowercased()
        case ("equalto", _), ("eq", _), ("==", _): return value.isEqual(to: try argument())
        case ("ne", _), ("!=", _): return !value.isEqual(to: try argument())
        case ("in", _): return try TemplateArithmetic.contains(try argument(), value)
        case ("lt", _), ("<", _), ("lessthan", _):
            return try TemplateArithmetic.compare(value, try argument(), name) < 0
        case ("gt", _), (">", _), ("greaterthan", _):
            return try TemplateArithmetic.compare(value, try argument(), name) > 0
        case ("le", _), ("<=", _): return try TemplateArithmetic.compare(value, try argument(), name) <= 0
        case ("ge", _), (">=", _): return try TemplateArithmetic.compare(value, try argument(), name) >= 0
        default: throw .wrongKind(operation: "a template of ours", found: "the test '\(name)'")
        }
    }
}
