/// Everything in which a checkpoint and a model differ, found in one go.
public struct CheckpointMismatch: Sendable, Equatable, CustomStringConvertible {
    /// A parameter whose stored shape is not the model's.
    public struct WrongShape: Sendable, Equatable {
        /// The parameter's path.
        public let name: String
        /// The shape the model asked for.
        public let expected: [Int]
        /// The shape the checkpoint has.
        public let found: [Int]
    }

    /// A parameter whose elements are no weights.
    public struct WrongType: Sendable, Equatable {
        /// The parameter's path.
        public let name: String
        /// The type in the file's spelling.
        public let found: String
    }

    /// The folder, or the file, the weights come from.
    public let source: String
    /// Paths the model asked for that the checkpoint does not have, in the order in which they were asked for.
    public let missing: [String]
    /// Names in the file that nothing asked for and no rule ignores, in the order of the files.
    public let unused: [String]
    /// Parameters of another shape.
    public let wrongShapes: [WrongShape]
    /// Parameters of a type that no weight has.
    public let wrongTypes: [WrongType]
    /// Stored tensors to which the architecture's name rules could not be applied.
    public let unmapped: [MappingProblem]

    /// Whether checkpoint and model agree.
    public var isEmpty: Bool {
        missing.isEmpty && unused.isEmpty && wrongShapes.isEmpty && wrongTypes.isEmpty && unmapped.isEmpty
    }

    /// A heading and a line for each name.
    public var description: String {
        var lines = ["\(source): the weights do not fit the model that the config describes"]
        func section(_ title: String, _ rows: [String]) {
            if rows.isEmpty { return }
            lines.append("  \(title) (\(rows.count)):")
            lines += rows.map { "    " + $0 }
        }
        section("missing", missing)
        section("unused", unused)
        section("of another shape", wrongShapes.map { "\($0.name): expected \($0.expected), found \($0.found)" })
        section("not weights", wrongTypes.map { "\($0.name): found \($0.found)" })
        section("not as the names promise", unmapped.map(\.description))
        return lines.joined(separator: "\n")
    }
}
