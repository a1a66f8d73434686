/// Solved examples to show before questions of a task: another split, or other files, in the task's own format.
package struct DemonstrationPool: Sendable {
    /// The examples, in the order of their file.
    package let examples: [EvaluationExample]
    /// SHA-256 of the files that were read, by name.
    package let files: [String: String]

    /// Reads the files at `source` as the task's.
    ///
    /// - Throws: where they cannot be read, or hold an example that is scored.
    package init(_ source: TaskSource, for task: any EvaluationTask) throws {
        let pool = try type(of: task).init(source)
        if pool.files == task.files {
            let scored = Set(task.examples.map(\.id))
            if let shared = pool.examples.first(where: { scored.contains($0.id) }) {
                throw EvaluationFileError.demonstrationsAreScored(
                    file: pool.files.first ?? type(of: task).card.name, id: shared.id)
            }
        }
        var files: [String: String] = [:]
        for path in pool.files { files[RunSettings.name(of: path)] = try RunSettings.hash(ofFile: path) }
        examples = pool.examples
        self.files = files
    }
}
