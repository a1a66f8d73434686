import JSONText

/// Where two JSON values differ.
enum JSONDifference {
    /// One text a difference, `protocol.prompt: "a" / "b"`, sorted as the first has its members; 8 at most.
    ///
    /// - Parameter ignored: keys that may differ, at any depth.
    static func list(_ first: JSONValue, _ second: JSONValue, except ignored: Set<String> = []) -> [String] {
        var differences: [String] = []
        collect(first, second, path: "", ignored, into: &differences)
        return differences.count > 8 ? Array(differences.prefix(8)) + ["…"] : differences
    }

    private static func collect(
        _ first: JSONValue, _ second: JSONValue, path: String, _ ignored: Set<String>,
        into differences: inout [String]
    ) {
        if first == second { return }
        if let left = first.double, let right = second.double, left == right { return }
        if let left = first.array, let right = second.array, left.count == right.count {
            for (index, (a, b)) in zip(left, right).enumerated() {
                collect(a, b, path: "\(path)[\(index + 1)]", ignored, into: &differences)
            }
            return
        }
        guard let left = first.object, let right = second.object else {
            differences.append("\(path.isEmpty ? "all" : path): \(short(first)) / \(short(second))")
            return
        }
        for key in left.keys + right.keys.filter({ left[$0] == nil }) where !ignored.contains(key) {
            collect(
                left[key] ?? .null, right[key] ?? .null, path: path.isEmpty ? key : "\(path).\(key)", ignored,
                into: &differences)
        }
    }

    private static func short(_ value: JSONValue) -> String {
        let text = value.text
        return text.count > 60 ? text.prefix(57) + "…" : text
    }
}
