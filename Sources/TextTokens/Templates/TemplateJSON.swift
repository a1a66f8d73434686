import JSONText

/// JSON over several lines, as Python's `json.dumps(indent:)` writes it.
enum TemplateJSON {
    static func indented(_ value: JSONValue, by width: Int, level: Int = 0) -> String {
        let width = min(max(0, width), 100)
        let (inner, outer) = (margin(width, level + 1), margin(width, level))
        switch value {
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + indented($0, by: width, level: level + 1) }
            return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
        case .object(let object) where !object.members.isEmpty:
            let lines = object.members.map {
                inner + JSONValue.string($0.key).text + ": " + indented($0.value, by: width, level: level + 1)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
        default: return value.text
        }
    }

    private static func margin(_ width: Int, _ level: Int) -> String { String(repeating: " ", count: width * level) }
}
