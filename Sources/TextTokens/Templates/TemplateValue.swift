import JSONText

/// What an expression of a template stands for.
enum TemplateValue {
    /// A name that nothing was said about.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case double(Double)
    case string(String)
    /// A list or a tuple.
    case list([TemplateValue])
    case dictionary(TemplateDictionary)
    /// What `namespace()` makes: members that inner scopes may change.
    case namespace(TemplateNamespace)
    case macro(TemplateMacro)
    /// A function of the interpreter's own.
    case function(String)

    /// The value of a JSON document.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .none
        case .bool(let bool): self = .bool(bool)
        case .integer(let integer): self = .integer(integer)
        case .double(let double): self = .double(double)
        case .string(let string): self = .string(string)
        case .array(let elements): self = .list(elements.map { TemplateValue($0) })
        case .object(let object):
            self = .dictionary(TemplateDictionary(object.members.map { ($0.key, TemplateValue($0.value)) }))
        }
    }

    /// Whether Python takes it for true.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let bool): bool
        case .integer(let integer): integer != 0
        case .double(let double): double != 0
        case .string(let string): !string.isEmpty
        case .list(let elements): !elements.isEmpty
        case .dictionary(let dictionary): !dictionary.members.isEmpty
        case .namespace, .macro, .function: true
        }
    }

    /// The number, where it is one; truth values count as 0 and 1.
    var number: Double? {
        switch self {
        case .bool(let bool): bool ? 1 : 0
        case .integer(let integer): Double(integer)
        case .double(let double): double
        default: nil
        }
    }

    /// The whole number, where it is one.
    var integer: Int? {
        switch self {
        case .bool(let bool): bool ? 1 : 0
        case .integer(let integer): integer
        default: nil
        }
    }

    /// What it is, for errors.
    var kind: String {
        switch self {
        case .undefined: "an undefined value"
        case .none: "none"
        case .bool: "a truth value"
        case .integer, .double: "a number"
        case .string: "a string"
        case .list: "a list"
        case .dictionary: "a mapping"
        case .namespace: "a namespace"
        case .macro, .function: "a function"
        }
    }
}

/// Members in their order, found by key.
struct TemplateDictionary {
    private(set) var members: [(key: String, value: TemplateValue)]

    /// These members; the last of two with one key, where the first stood.
    init(_ members: [(key: String, value: TemplateValue)] = []) {
        self.members = []
        for member in members { self[member.key] = member.value }
    }

    subscript(key: String) -> TemplateValue? {
        get { members.first { $0.key == key }?.value }
        set {
            guard let newValue else { return }
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].value = newValue
            } else {
                members.append((key, newValue))
            }
        }
    }
}

/// Members that are changed by `{% set name.member = … %}`: one object however many scopes see it.
final class TemplateNamespace {
    var members: TemplateDictionary

    init(_ members: TemplateDictionary) { self.members = members }
}

extension TemplateValue {
    /// Python's `==`.
    func isEqual(to other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let a), .string(let b)): return a.unicodeScalars.elementsEqual(b.unicodeScalars)
        case (.list(let a), .list(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isEqual(to: $1) }
        case (.dictionary(let a), .dictionary(let b)):
            return a.members.count == b.members.count
                && a.members.allSatisfy { member in b[member.key]?.isEqual(to: member.value) ?? false }
        default:
            guard let a = number, let b = other.number else { return false }
            return a == b
        }
    }

    /// As `{{ … }}` writes it: Python's `str`.
    var text: String {
        switch self {
        case .undefined: ""
        case .string(let string): string
        default: representation
        }
    }

    /// Python's `repr`.
    var representation: String {
        switch self {
        case .undefined: return "Undefined"
        case .none: return "None"
        case .bool(let bool): return bool ? "True" : "False"
        case .integer(let integer): return String(integer)
        case .double(let double): return double.description
        case .string(let string):
            let quote = string.contains("'") && !string.contains("\"") ? "\"" : "'"
            var shown = string.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\t", with: "\\t")
                .replacing("\r", with: "\\r")
            if quote == "'" { shown = shown.replacing("'", with: "\\'") }
            return quote + shown + quote
        case .list(let elements): return "[" + elements.map(\.representation).joined(separator: ", ") + "]"
        case .dictionary(let dictionary):
            let members = dictionary.members.map {
                "\(TemplateValue.string($0.key).representation): \($0.value.representation)"
            }
            return "{" + members.joined(separator: ", ") + "}"
        case .namespace: return "<namespace>"
        case .macro(let macro): return "<macro \(macro.name)>"
        case .function(let name): return "<function \(name)>"
        }
    }

    /// As JSON, for `tojson`; nil for what JSON has no word for.
    var json: JSONValue? {
        switch self {
        case .none: return .null
        case .bool(let bool): return .bool(bool)
        case .integer(let integer): return .integer(integer)
        case .double(let double): return .double(double)
        case .string(let string): return .string(string)
        case .list(let elements):
            let values = elements.compactMap(\.json)
            return values.count == elements.count ? .array(values) : nil
        case .dictionary(let dictionary):
            let members = dictionary.members.compactMap { member in member.value.json.map { (member.key, $0) } }
            return members.count == dictionary.members.count ? .object(members) : nil
        default: return nil
        }
    }
}

extension String {
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard !part.isEmpty else { return self }
        return PythonString.split(self, by: part).joined(separator: other)
    }
}
