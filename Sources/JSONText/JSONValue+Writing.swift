extension JSONValue {
    /// The document on one line, members in their order, text beyond ASCII as it is.
    ///
    ///     JSONValue.object([("a", .array([.integer(1), .double(0.5)]))]).text   // {"a": [1, 0.5]}
    ///
    /// Doubles have as many digits as bring them back exactly. Numbers that are not finite, which JSON has no words for,
    /// become `null`.
    public var text: String {
        var output = ""
        write(to: &output, indentation: nil)
        return output
    }

    /// The same document for people: one member or element a line, two blanks deeper at each level.
    public var indentedText: String {
        var output = ""
        write(to: &output, indentation: 0)
        return output
    }

    /// An object of these members.
    public static func object(_ members: [(key: String, value: JSONValue)]) -> JSONValue {
        .object(JSONObject(members))
    }

    /// - Parameter indentation: blanks before the line that this value is on; nil for everything on one line.
    private func write(to output: inout String, indentation: Int?) {
        switch self {
        case .null: output += "null"
        case .bool(let value): output += value ? "true" : "false"
        case .integer(let value): output += String(value)
        case .double(let value): output += value.isFinite ? Self.shortest(value) : "null"
        case .string(let value): Self.write(value, to: &output)
        case .array(let elements):
            Self.write(elements, between: "[", "]", to: &output, indentation: indentation) { element, output, inner in
                element.write(to: &output, indentation: inner)
            }
        case .object(let object):
            Self.write(object.members, between: "{", "}", to: &output, indentation: indentation) {
                member, output, inner in
                Self.write(member.key, to: &output)
                output += ": "
                member.value.write(to: &output, indentation: inner)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], between open: String, _ close: String, to output: inout String, indentation: Int?,
        item: (Item, inout String, Int?) -> Void
    ) {
        let inner = indentation.map { $0 + 2 }
        output += open
        for (index, value) in items.enumerated() {
            if index > 0 { output += inner == nil ? ", " : "," }
            if let inner { output += "\n" + String(repeating: " ", count: inner) }
            item(value, &output, inner)
        }
        if let indentation, !items.isEmpty { output += "\n" + String(repeating: " ", count: indentation) }
        output += close
    }

    /// The shortest digits that read back as the same number.
    private static func shortest(_ value: Double) -> String { "\(value)" }

    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            default:
                if scalar.value < 0x20 {
                    output += "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2)
                    output += String(scalar.value, radix: 16)
                } else {
                    output.unicodeScalars.append(scalar)
                }
            }
        }
        output += "\""
    }
}
