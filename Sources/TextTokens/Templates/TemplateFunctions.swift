/// Functions that templates may call by name, and access to parts of values.
enum TemplateFunctions {
    /// The names of the functions.
    static let names: Set<String> = ["range", "namespace", "dict", "raise_exception", "strftime_now"]

    static func call(
        _ name: String, _ positional: [TemplateValue], _ named: [String: TemplateValue], date: TemplateDate
    ) throws(TemplateError) -> TemplateValue {
        switch name {
        case "raise_exception": throw .refused(message: positional.first?.text ?? "")
        case "strftime_now": return .string(try date.formatted(positional.first?.text ?? ""))
        case "namespace": return .namespace(TemplateNamespace(try members(positional, named)))
        case "dict": return .dictionary(try members(positional, named))
        default: return .list(try range(positional).map { .integer($0) })
        }
    }

    private static func members(
        _ positional: [TemplateValue], _ named: [String: TemplateValue]
    ) throws(TemplateError) -> TemplateDictionary {
        var members = TemplateDictionary()
        if case .dictionary(let first) = positional.first { members = first }
        for name in named.keys.sorted() { members[name] = named[name] }
        return members
    }

    private static func range(_ arguments: [TemplateValue]) throws(TemplateError) -> [Int] {
        let bounds = arguments.compactMap(\.integer)
        guard bounds.count == arguments.count, (1...3).contains(bounds.count), bounds.count < 3 || bounds[2] != 0 else {
            throw .wrongKind(operation: "range", found: arguments.map(\.kind).joined(separator: ", "))
        }
        let (from, to) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        let step = bounds.count == 3 ? bounds[2] : 1
        let (width, overflow) = to.subtractingReportingOverflow(from)
        guard !overflow, width / step <= TemplateInterpreter.rangeLimit else {
            throw .tooLong(limit: TemplateInterpreter.rangeLimit)
        }
        return Array(stride(from: from, to: to, by: step))
    }

    /// The elements that a loop goes through: a mapping's are its keys, a string's its characters.
    static func elements(of value: TemplateValue, operation: String) throws(TemplateError) -> [TemplateValue] {
        switch value {
        case .list(let elements): return elements
        case .dictionary(let dictionary): return dictionary.members.map { .string($0.key) }
        case .string(let text): return text.unicodeScalars.map { .string(String($0)) }
        case .undefined: return []
        default: throw .wrongKind(operation: operation, found: value.kind)
        }
    }

    /// `value.name`
    static func attribute(_ name: String, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch value {
        case .dictionary(let dictionary): return dictionary[name] ?? .undefined(name)
        case .namespace(let namespace): return namespace.members[name] ?? .undefined(name)
        case .undefined(let owner): throw .undefined(name: owner)
        default: return .undefined(name)
        }
    }

    /// `value[key]`
    static func item(_ key: TemplateValue, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
        switch value {
        case .dictionary(let dictionary): return dictionary[key.text] ?? .undefined(key.text)
        case .namespace(let namespace): return namespace.members[key.text] ?? .undefined(key.text)
        case .list(let elements):
            guard let index = key.integer, let place = place(index, of: elements.count) else {
                return .undefined("element \(key.text)")
            }
            return elements[place]
        case .string(let text):
            let scalars = Array(text.unicodeScalars)
            guard let index = key.integer, let place = place(index, of: scalars.count) else {
                return .undefined("character \(key.text)")
            }
            return .string(String(scalars[place]))
        case .undefined(let owner): throw .undefined(name: owner)
        default: return .undefined(key.text)
        }
    }

    private static func place(_ index: Int, of count: Int) -> Int? {
        guard index < count, index >= -count else { return nil }
        return index < 0 ? index + count : index
    }
}
