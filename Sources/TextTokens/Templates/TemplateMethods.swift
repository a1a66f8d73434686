/// Methods of strings and mappings, as Python has them.
enum TemplateMethods {
    /// What `value.name(…)` gives; nil where values of that kind have no such method.
    static func call(
        _ name: String, on value: TemplateValue, _ arguments: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue? {
        switch value {
        case .string(let text): return try call(name, on: text, arguments, named)
        case .dictionary(let dictionary): return call(name, on: dictionary, arguments)
        case .list(let elements): return call(name, on: elements, arguments)
        case .undefined(let owner): throw .undefined(name: owner)
        default: return nil
        }
    }

    private static func call(
        _ name: String, on dictionary: TemplateDictionary, _ arguments: [TemplateValue]
    ) -> TemplateValue? {
        switch name {
        case "items": return .list(dictionary.members.map { .list([.string($0.key), $0.value]) })
        case "keys": return .list(dictionary.members.map { .string($0.key) })
        case "values": return .list(dictionary.members.map(\.value))
        case "get": return dictionary[arguments.first?.text ?? ""] ?? (arguments.count > 1 ? arguments[1] : .none)
        default: return nil
        }
    }

    private static func call(_ name: String, on elements: [TemplateValue], _ arguments: [TemplateValue])
        -> TemplateValue?
    {
        guard let wanted = arguments.first else { return nil }
        switch name {
        case "count": return .integer(elements.count { $0.isEqual(to: wanted) })
        case "index": return elements.firstIndex { $0.isEqual(to: wanted) }.map { .integer($0) }
        default: return nil
        }
    }

    private static func call(
        _ name: String, on text: String, _ arguments: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateValue? {
        var first: String?
        if case .string(let argument) = arguments.first { first = argument }
        switch name {
        case "strip": return .string(PythonString.stripped(text, of: first))
        case "lstrip": return .string(PythonString.stripped(text, of: first, right: false))
        case "rstrip": return .string(PythonString.stripped(text, of: first, left: false))
        case "upper": return .string(text.uppercased())
        case "lower": return .string(text.lowercased())
        case "capitalize": return .string(PythonString.capitalized(text))
        case "title": return .string(PythonString.title(text))
        case "split":
            guard let first else { return .list(PythonString.words(text).map { .string($0) }) }
            let limit = (arguments.count > 1 ? arguments[1] : named["maxsplit"])?.integer ?? -1
            let parts = PythonString.split(text, by: first, limit: limit < 0 ? .max : limit)
            return .list(parts.map { .string($0) })
        case "splitlines": return .list(lines(text).map { .string($0) })
        case "startswith": return .bool(affixes(arguments).contains { starts(text, $0) })
        case "endswith": return .bool(affixes(arguments).contains { ends(text, $0) })
        case "removeprefix":
            return .string(first.map { starts(text, $0) ? dropped(text, $0, fromEnd: false) : text } ?? text)
        case "removesuffix":
            return .string(first.map { ends(text, $0) ? dropped(text, $0, fromEnd: true) : text } ?? text)
        case "find": return .integer(PythonString.position(of: first ?? "", in: text))
        case "count": return .integer(PythonString.split(text, by: first ?? "").count - 1)
        case "join":
            let elements = try TemplateFunctions.elements(of: arguments.first ?? .none, operation: "join")
            return .string(elements.map(\.text).joined(separator: text))
        case "replace":
            guard let first, arguments.count > 1 else {
                throw .wrongKind(operation: "replace", found: "\(arguments.count) arguments")
            }
            let limit = (arguments.count > 2 ? arguments[2] : named["count"])?.integer ?? -1
            return .string(
                PythonString.split(text, by: first, limit: limit < 0 ? .max : limit)
                    .joined(separator: arguments[1].text))
        case "isdigit":
            return .bool(!text.isEmpty && text.unicodeScalars.allSatisfy { $0.properties.numericType != nil })
        case "isspace": return .bool(!text.isEmpty && text.unicodeScalars.allSatisfy(\.properties.isWhitespace))
        default: return nil
        }
    }

    /// The texts that `startswith` looks for: one, or a tuple.
    private static func affixes(_ arguments: [TemplateValue]) -> [String] {
        if case .list(let elements) = arguments.first { return elements.map(\.text) }
        return arguments.first.map { [$0.text] } ?? []
    }

    private static func starts(_ text: String, _ prefix: String) -> Bool {
        text.unicodeScalars.starts(with: prefix.unicodeScalars)
    }

    private static func ends(_ text: String, _ suffix: String) -> Bool {
        text.unicodeScalars.reversed().starts(with: suffix.unicodeScalars.reversed())
    }

    private static func dropped(_ text: String, _ part: String, fromEnd: Bool) -> String {
        let count = part.unicodeScalars.count
        return String(fromEnd ? text.unicodeScalars.dropLast(count) : text.unicodeScalars.dropFirst(count))
    }

    /// The lines of `text`, without their ends.
    static func lines(_ text: String) -> [String] {
        var lines = PythonString.split(text.filter { $0 != "\r" }, by: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
