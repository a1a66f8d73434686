import JSONText

/// Writes a JSON value as text: members in their order, doubles with as many digits as bring them back exactly.
package enum JSONReportText {
    /// The text of `value`: on one line, or with one member a line, indented by two blanks.
    ///
    /// JSON has no infinities and no NaN; they become null.
    package static func text(of value: JSONValue, isIndented: Bool = false) -> String {
        var text = ""
        append(value, to: &text, indentation: isIndented ? 0 : nil)
        return text
    }

    private static func append(_ value: JSONValue, to text: inout String, indentation: Int?) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .double(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): appendQuoted(value, to: &text)
        case .array(let values):
            appendList(values, "[", "]", to: &text, indentation: indentation) { append($0, to: &$1, indentation: $2) }
        case .object(let object):
            appendList(object.members, "{", "}", to: &text, indentation: indentation) { member, text, inner in
                appendQuoted(member.key, to: &text)
                text += ": "
                append(member.value, to: &text, indentation: inner)
            }
        }
    }

    private static func appendList<Element>(
        _ elements: [Element], _ open: String, _ close: String, to text: inout String, indentation: Int?,
        _ element: (Element, inout String, Int?) -> Void
    ) {
        let inner = indentation.map { $0 + 2 }
        text += open
        for (index, value) in elements.enumerated() {
            if index > 0 { text += indentation == nil ? ", " : "," }
            if let inner { text += "\n" + String(repeating: " ", count: inner) }
            element(value, &text, inner)
        }
        if let indentation, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indentation) }
        text += close
    }

    private static func appendQuoted(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
