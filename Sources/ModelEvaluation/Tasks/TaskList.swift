/// The tasks there are.
package enum TaskList {
    /// All of them, in the order of `eval --list`.
    package static let all: [any EvaluationTask.Type] = [PairsTask.self]

    /// The task of that name.
    package static func named(_ name: String) -> (any EvaluationTask.Type)? { all.first { $0.card.name == name } }

    /// All names.
    package static var names: [String] { all.map { $0.card.name } }
}
