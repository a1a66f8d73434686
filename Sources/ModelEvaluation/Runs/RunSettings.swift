import Checkpoints
import Foundation
import JSONText
import VisionLanguage

/// Everything that a task's rows depend on: what `run.json` holds and what results are compared by.
package enum RunSettings {
    /// The version of rows and results.
    package static let version = 1

    /// The settings of a task.
    ///
    /// - Throws: `RunError.cannotRead` where a file of the task is gone.
    package static func json(
        task: any EvaluationTask, protocol settings: TaskProtocol, selection: ExampleSelection, baselines: [String],
        identity: ModelIdentity, prompts: PromptTemplates, scoring: String
    ) throws(RunError) -> JSONValue {
        var files: [(key: String, value: JSONValue)] = []
        for path in task.files {
            files.append((name(of: path), .string(try hash(ofFile: path))))
        }
        let compared = JSONValue.object([
            ("task", .string(type(of: task).card.name)), ("data_sha256", .object(files)),
            ("protocol", settings.json(prompts: prompts, scoring: scoring)),
            ("limit", selection.limit.map { .integer($0) } ?? .null),
        ])
        let shard = selection.shard.map { JSONValue.string("\($0.number)/\($0.count)") } ?? .null
        return .object(
            (compared.object?.members ?? []) + [
                ("protocol_sha256", .string(ContentHash(ofBytes: Array(compared.text.utf8)).description)),
                ("baselines", .array(baselines.sorted().map { .string($0) })), ("shard", shard),
                ("source", task.source.json), ("examples_in_files", .integer(task.examples.count)),
                ("model", identity.json),
                ("version", .integer(version)), ("software", .string("lorgnette \(SoftwareVersion.text)")),
            ])
    }

    /// SHA-256 of a file.
    package static func hash(ofFile path: String) throws(RunError) -> String {
        do { return try ContentHash(ofFile: path).description } catch {
            throw .cannotRead(path: path, reason: "\(error)")
        }
    }

    /// The last part of a path.
    static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
