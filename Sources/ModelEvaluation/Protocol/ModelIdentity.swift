import JSONText

/// What a model is, so that a result can be traced to it.
package struct ModelIdentity: Sendable, Equatable {
    /// The last part of the folder's path: a name for people, no part of the fingerprint.
    package var name: String
    /// SHA-256 of all tensors, by name, type, shape and bytes.
    package var weights: String
    /// SHA-256 of the tensors of the bridge: query tokens, querying transformer, projection.
    package var bridge: String
    /// The files that decide how pictures and text become numbers, with their SHA-256.
    package var files: [(name: String, hash: String)]
    /// How weights are held in memory.
    package var weightType: String
    /// How pictures become pixels; null where the model looks at none.
    package var imageProcessor = JSONValue.null
    /// What was taken away from it; nil for nothing.
    package var ablated: String?

    /// An identity of these parts.
    package init(
        name: String, weights: String, bridge: String, files: [(name: String, hash: String)], weightType: String
    ) {
        self.name = name
        self.weights = weights
        self.bridge = bridge
        self.files = files
        self.weightType = weightType
    }

    package static func == (left: Self, right: Self) -> Bool { left.json == right.json }

    /// The identity as JSON.
    package var json: JSONValue {
        .object(
            [
                ("name", .string(name)), ("weights_sha256", .string(weights)), ("bridge_sha256", .string(bridge)),
                ("held_as", .string(weightType)), ("image_processor", imageProcessor),
                ("files", .object(files.map { ($0.name, .string($0.hash)) })),
            ] + (ablated.map { [("ablated", .string($0))] } ?? []))
    }
}
