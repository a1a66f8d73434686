import JSONText

extension JSONValue {
    /// What this is, for "found …" in errors.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .double: "a fraction"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The value itself where it is short, else what it is.
    var shown: String {
        switch self {
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .double(let value): String(value)
        case .string(let value) where value.utf8.count <= 40: "\"\(value)\""
        case .array(let values) where values.count <= 4:
            "[" + values.map { $0.array == nil ? $0.shown : $0.kind }.joined(separator: ", ") + "]"
        case .array(let values): "an array of \(values.count)"
        default: kind
        }
    }
}
