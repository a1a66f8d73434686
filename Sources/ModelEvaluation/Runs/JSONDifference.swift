import JSONText

/// Where two JSON values differ.
enum JSONDifference {
    /// One text a difference, `protocol.prompt: "a" / "b"`, sorted as the first has its members; 8 at most.
    static func list(_ first: JSONValue, _ second: JSONValue) -> [String] {
        var differences: [String] = []
        collect(first, second, path: "", into: &differences)
        return differences.count > 8 ? Array(differences.prefix(8)) + ["…"] : differences
    }

    private static func collect(
        _ first: JSONValue, _ second: JSONValue, path: String, into differences: inout [String]
    ) {
        if first == second { return }
        if let left = first.double, let right = second.double, left == right { return }
        guard let left = first.object, let right = second.object else {
            differences.append("\(path.isEmpty ? "all" : path): \(short(first)) / \(short(second))")
            return
        }
        for key in left.keys + right.keys.filter({ left[$0] == nil }) {
            collect(
                left[key] ?? .null, right[key] ?? .null, path: path.isEmpty ? key : "\(path).\(key)",
                into: &differences)
        }
    }

    private static func short(_ value: JSONValue) -> String {
        let text = value.text
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
