import JSONText

/// A run as it lies in its folder.
package struct RecordedRun: Sendable {
    /// Where it is.
    package let folder: RunFolder
    /// The settings of each task, as `run.json` has them.
    package let settings: [JSONValue]
    /// All rows.
    package let rows: [SampleRow]

    /// Reads the run at `path`.
    ///
    /// - Throws: `RunError` where there is none, or a file is not what eval writes.
    package init(path: String) throws(RunError) {
        folder = RunFolder(path: path)
        guard let tasks = try folder.json("run.json")["tasks"]?.array, tasks.allSatisfy({ $0["task"]?.string != nil })
        else { throw .damaged(path: folder.file("run.json"), place: "\"tasks\"") }
        settings = tasks
        rows = try folder.rows()
    }

    /// The names of the tasks.
    package var tasks: [String] { settings.compactMap { $0["task"]?.string } }

    /// The settings of a task.
    package func settings(of task: String) -> JSONValue? { settings.first { $0["task"]?.string == task } }

    /// The rows of a task.
    package func rows(of task: String) -> [SampleRow] { rows.filter { $0.task == task } }

    /// The variant of the metric.
    package func variant(of task: String) -> String {
        settings(of: task)?["protocol"]?["metric_variant"]?.string ?? "default"
    }

    /// The seed.
    package func seed(of task: String) -> UInt64 {
        UInt64(clamping: settings(of: task)?["protocol"]?["seed"]?.integer ?? 0)
    }

    /// Reads the task's files again, from where they were.
    ///
    /// - Throws: what the task throws; nil where the task is not known, or the run does not say where its files were.
    package func reopened(_ task: String) throws(EvaluationFileError) -> (any EvaluationTask)? {
        guard let kind = TaskList.named(task), let source = TaskSource(settings(of: task)?["source"]) else {
            return nil
        }
        return try kind.init(source)
    }
}
