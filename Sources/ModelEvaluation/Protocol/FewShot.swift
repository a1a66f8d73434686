import JSONText

/// How many solved examples stand before the question, and which.
package struct FewShot: Sendable, Equatable {
    /// Which examples are shown.
    package enum Selection: String, Sendable, CaseIterable {
        /// The same ones before every question, drawn by the seed.
        case fixed
        /// Fresh ones for every question, drawn by the seed and the question's id.
        case fresh
        /// Those whose pictures are most alike, the most alike last (cosine of the bridge's mean query tokens).
        case nearest
    }

    /// How many; 0 for none.
    package var count = 0
    /// Which.
    package var selection = Selection.fixed
    /// The split that they come from, never the one that is scored.
    package var split: String?
    /// SHA-256 of the files that they come from, by name.
    package var files: [String: String] = [:]

    /// No demonstrations.
    package init() {}

    /// So many demonstrations.
    package init(count: Int, selection: Selection, split: String?) {
        self.count = count
        self.selection = selection
        self.split = split
    }

    /// The setting for the fingerprint.
    package var json: JSONValue {
        count == 0
            ? .integer(0)
            : .object([
                ("count", .integer(count)), ("selection", .string(selection.rawValue)),
                ("split", split.map { .string($0) } ?? .null),
                ("data_sha256", .object(files.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ])
    }
}
