import Foundation
import ImageFiles
import JSONText
import ReportPages

/// Runs tasks one after the other with one model, into a folder where there is one.
package struct EvaluationSession<Model: EvaluatedModel>: Sendable {
    /// A task with how its questions are put.
    package struct Entry: Sendable {
        package var task: any EvaluationTask
        package var settings: TaskProtocol
        /// Solved examples for few-shot prompts.
        package var demonstrations: [EvaluationExample]

        /// A task asked like that.
        package init(task: any EvaluationTask, settings: TaskProtocol, demonstrations: [EvaluationExample] = []) {
            self.task = task
            self.settings = settings
            self.demonstrations = demonstrations
        }

        var name: String { type(of: task).card.name }
    }

    /// A finished task.
    package struct Finished: Sendable {
        package let entry: Entry
        package let rows: [SampleRow]
        package let result: TaskResult
        /// Everything that the rows depend on.
        package let settings: JSONValue
        /// The task's object in `results.json`.
        package let json: JSONValue
    }

    package let model: Model
    package let entries: [Entry]
    package var selection = ExampleSelection()
    package var baselines: Set<ComputedBaseline> = [.blind, .shuffled]
    package var batch = 16
    package var decoding = ImageDecodingOptions()

    /// A session of these tasks.
    package init(model: Model, entries: [Entry]) {
        self.model = model
        self.entries = entries
    }

    /// The examples that are answered, those before included.
    package var exampleCount: Int { entries.reduce(0) { $0 + selection.selected($1.task.examples).count } }

    /// Answers what is not answered yet, scores, and writes rows, `results.json` and result files.
    ///
    /// - Parameters:
    ///   - folder: where to write, and to go on from; nil to keep everything in memory.
    ///   - progress: called after each batch with examples answered and in all.
    /// - Throws: `RunError`; nothing is computed before the folder is known to be fit.
    package func run(in folder: RunFolder?, progress: (Int, Int) -> Void = { _, _ in }) async throws -> [Finished] {
        for entry in entries {
            try Self.requireAnswering(of: entry)
            try requireAbility(for: entry)
            try requirePictures(of: entry)
        }
        let recorded = try entries.map { try settings(of: $0) }
        var rows = try folder?.begin(.object([("tasks", .array(recorded))])) ?? []
        let total = exampleCount
        var before = 0
        var finished: [Finished] = []
        for (entry, settings) in zip(entries, recorded) {
            var run = TaskRun(model: model, task: entry.task, settings: entry.settings)
            run.selection = selection
            run.baselines = baselines
            run.batch = batch
            run.decoding = decoding
            run.demonstrations = entry.demonstrations
            let done = Set(rows.filter { $0.task == entry.name }.map(\.id))
            try await run.answer(except: done) { new, count throws(RunError) in
                try folder?.append(new)
                rows += new
                progress(before + count, total)
            }
            before += selection.selected(entry.task.examples).count
            finished.append(try Self.finished(entry, rows: rows, settings: settings, selection: selection))
        }
        if let folder { try Self.write(finished, to: folder, decoding: decoding) }
        return finished
    }

    /// Throws where a task has nothing to rank, or nothing to write.
    private static func requireAnswering(of entry: Entry) throws(EvaluationFileError) {
        switch entry.settings.answering {
        case .rank:
            if entry.task.examples.allSatisfy(\.choices.isEmpty) { throw .nothingToRank(task: entry.name) }
        case .generate:
            if type(of: entry.task).card.isRankedOnly { throw .onlyRanked(task: entry.name) }
        }
    }

    /// Throws where the task asks for what the model cannot do.
    private func requireAbility(for entry: Entry) throws(ModelUseError) {
        if !model.looks, entry.task.examples.contains(where: { !$0.pictures.isEmpty }) { throw .noEyes }
        if !model.writes, entry.settings.answering == .generate { throw .noVoice }
    }

    /// Throws where a task's pictures are files and not one of them is there.
    private func requirePictures(of entry: Entry) throws(EvaluationFileError) {
        let pictures = selection.selected(entry.task.examples).flatMap(\.pictures)
        let paths = pictures.compactMap(\.path)
        guard let first = paths.first, paths.count == pictures.count,
            !paths.contains(where: { FileManager.default.fileExists(atPath: $0) })
        else { return }
        throw .noPictures(task: entry.name, count: Set(paths).count, first: first)
    }

    private func settings(of entry: Entry) throws(RunError) -> JSONValue {
        try RunSettings.json(
            task: entry.task, protocol: entry.settings, selection: selection,
            baselines: baselines.map(\.rawValue) + (entry.demonstrations.isEmpty ? [] : ["few-shot"]),
            identity: model.identity, prompts: model.prompts, scoring: model.scoring)
    }

    /// Scores the rows of a task.
    static func finished(
        _ entry: Entry, rows: [SampleRow], settings: JSONValue, selection: ExampleSelection
    ) throws(MetricError) -> Finished {
        let own = rows.filter { $0.task == entry.name }
        let examples = selection.selected(entry.task.examples)
        let result = try TaskResult(
            task: entry.task, examples: examples, rows: own, variant: entry.settings.variant,
            seed: entry.settings.seed)
        return Finished(
            entry: entry, rows: own, result: result, settings: settings,
            json: object(of: result, settings: settings))
    }

    /// A task's object in `results.json`: scores, then the settings.
    package static func object(of result: TaskResult, settings: JSONValue) -> JSONValue {
        var subset: [(key: String, value: JSONValue)] = []
        if let all = settings["examples_in_files"]?.integer, all > result.examples {
            let text =
                "\(result.examples) of \(all) examples: scores of a corpus (CIDEr) are not those of the whole set"
            subset = [("subset", .string(text))]
        }
        // What is scored and what was set may go by one name (baselines): an object has each name once.
        let members = result.members + subset
        let taken = Set(members.map(\.key))
        return .object(members + (settings.object?.members.filter { !taken.contains($0.key) } ?? []))
    }

    /// `results.json`: the object of the one task, or all of them under `tasks`.
    package static func document(_ objects: [JSONValue]) -> JSONValue {
        objects.count == 1 ? objects[0] : .object([("tasks", .array(objects))])
    }

    private static func write(
        _ finished: [Finished], to folder: RunFolder, decoding: ImageDecodingOptions
    ) throws(RunError) {
        for task in finished {
            let answers = Self.answers(of: task)
            for file in task.entry.task.resultFiles(answers) { try folder.write(file) }
        }
        let text = document(finished.map(\.json)).indentedText
        try folder.write(text + "\n", to: "results.json")
        let tasks = finished.map {
            RunReport.Task(task: $0.entry.task, result: $0.result, rows: $0.rows, settings: $0.settings)
        }
        try folder.write(RunReport(tasks, decoding: decoding).page.html, to: "report.html")
    }

    private static func answers(of finished: Finished) -> [AnsweredExample] {
        let byID = Dictionary(finished.rows.map { ($0.id, $0) }) { first, _ in first }
        return finished.entry.task.examples.compactMap { example in
            byID[example.id].map { TaskResult.answered(example, $0) }
        }
    }
}
