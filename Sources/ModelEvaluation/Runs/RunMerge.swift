import JSONText
import ReportPages

/// Puts the shards of a run together: the result is that of a run in one piece.
package struct RunMerge: Sendable {
    private let shards: [RecordedRun]

    /// The shards in these folders.
    ///
    /// - Throws: `RunError.cannotMerge` where they are not all the shards of one run, or one is not finished.
    package init(_ paths: [String]) throws(RunError) {
        var shards: [(number: Int, run: RecordedRun)] = []
        var count = 0
        for path in paths {
            let run = try RecordedRun(path: path)
            guard let text = run.settings.first?["shard"]?.string, let shard = ExampleSelection.Shard(text: text) else {
                throw .cannotMerge(reason: "\(path) is not one of several shards")
            }
            if let first = shards.first {
                let differences = JSONDifference.list(
                    .array(first.run.settings), .array(run.settings), except: ["shard", "source"])
                guard differences.isEmpty, count == shard.count else {
                    throw .cannotMerge(
                        reason: "\(path) was run with other settings than \(first.run.folder.path): "
                            + (differences.isEmpty ? ["number of shards"] : differences).joined(separator: "; "))
                }
            }
            count = shard.count
            guard !shards.contains(where: { $0.number == shard.number }) else {
                throw .cannotMerge(reason: "shard \(text) is there twice")
            }
            shards.append((shard.number, run))
        }
        guard count <= 100_000 else { throw .cannotMerge(reason: "\(count) shards are more than can be") }
        let missing = (1...max(1, count)).filter { number in !shards.contains { $0.number == number } }
        guard missing.isEmpty else {
            throw .cannotMerge(reason: "shards \(missing.map { "\($0)/\(count)" }.joined(separator: ", ")) are missing")
        }
        self.shards = shards.sorted { $0.number < $1.number }.map(\.run)
    }

    /// Scores the rows of all shards and writes the run into a new folder.
    ///
    /// - Parameter source: where the tasks' files are, if not where the shards had them.
    /// - Returns: `results.json`.
    /// - Throws: `RunError`, or what reading the tasks' files throws.
    package func write(into folder: RunFolder, source: TaskSource? = nil) throws -> JSONValue {
        var objects: [JSONValue] = []
        var settings: [JSONValue] = []
        var rows: [SampleRow] = []
        var files: [ResultFile] = []
        var report: [RunReport.Task] = []
        for name in shards[0].tasks {
            guard let recorded = shards[0].settings(of: name),
                let task = try source.flatMap({ source in try TaskList.named(name)?.init(source) })
                    ?? shards[0].reopened(name)
            else { throw RunError.cannotMerge(reason: "there is no task \"\(name)\" any more") }
            let whole = JSONValue.object(
                recorded.object?.members.map { $0.key == "shard" ? ($0.key, .null) : ($0.key, $0.value) } ?? [])
            try Self.requireSameFiles(task, recorded)
            let own = shards.flatMap { $0.rows(of: name) }
            var selection = ExampleSelection()
            selection.limit = recorded["limit"]?.integer
            let examples = selection.limited(task.examples)
            let known = Set(own.map(\.id))
            let open = examples.filter { !known.contains($0.id) }
            guard open.isEmpty else {
                throw RunError.cannotMerge(
                    reason:
                        "\(open.count) examples of \(name) have no row (the first is \(open[0].id)): go on with the "
                        + "shard that is not finished")
            }
            let result = try TaskResult(
                task: task, examples: examples, rows: own, variant: shards[0].variant(of: name),
                seed: shards[0].seed(of: name))
            objects.append(EvaluationSession<FolderModel>.object(of: result, settings: whole))
            settings.append(whole)
            report.append(RunReport.Task(task: task, result: result, rows: own, settings: whole))
            rows += own
            let byID = Dictionary(own.map { ($0.id, $0) }) { first, _ in first }
            let answers = examples.compactMap { example in byID[example.id].map { TaskResult.answered(example, $0) } }
            files += task.resultFiles(answers)
        }
        let there = try folder.begin(.object([("tasks", .array(settings))]))
        let written = Set(there.map { [$0.task, $0.id] })
        try folder.append(rows.filter { !written.contains([$0.task, $0.id]) })
        for file in files { try folder.write(file) }
        try folder.write(RunReport(report).page.html, to: "report.html")
        let document = EvaluationSession<FolderModel>.document(objects)
        try folder.write(document.indentedText + "\n", to: "results.json")
        return document
    }

    private static func requireSameFiles(_ task: any EvaluationTask, _ recorded: JSONValue) throws(RunError) {
        let hashes = recorded["data_sha256"]?.object?.members.map { $0.value.string ?? "" } ?? []
        for (path, hash) in zip(task.files, hashes) where try RunSettings.hash(ofFile: path) != hash {
            throw .cannotMerge(reason: "\(path) has changed since the shards were run")
        }
    }
}
