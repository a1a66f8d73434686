import ArgumentParser
import Foundation
import JSONText
import LorgnetteKit
import ModelEvaluation
import ReportPages

/// `lorgnette eval --tasks …`: scores a model on tasks.
struct EvalRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Scores a model on tasks.",
        discussion: """
            Prints what results.json holds: score, standard error, baselines (blind: no picture; shuffled: another \
            picture; majority: the most frequent answer), and the whole protocol. With -o DIR a killed run goes on \
            where it stopped, and DIR/report.html shows scores, breakdowns and mistakes. Without --tasks and --data, the \
            suite in the box runs and prints a table. A picture that cannot be read is a row with an error, counted as wrong; the exit status \
            is then 65. --ablate queries runs the model with nothing of the picture in its image tokens: its score must \
            fall to that of a blind one, and is marked where it does not beat it.

            EXAMPLE
              lorgnette eval -m fixtures/tiny-blip2-olmoe -o suite
              lorgnette eval -m fixtures/tiny-blip2-olmoe --tasks pairs --data scenes/pairs.jsonl -o run
              lorgnette eval -m fixtures/tiny-blip2-olmoe --tasks perplexity --data README.md
              lorgnette eval --list
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var options: EvalOptions
    @OptionGroup var generation: GenerationFlags
    @OptionGroup var image: ImageOptions
    @Flag(help: "Name the tasks, the files that each wants, where they come from, and their licences.")
    var list = false

    func run() async throws {
        try await CommandOutput.reporting {
            if list { return try CommandOutput.answer(EvalTaskTable.text) }
            try await EvalReporting.reporting { try await evaluate() }
        }
    }

    private func evaluate() async throws {
        let tasks = try EvalTasks(options)
        let folder = options.output.map { RunFolder(path: $0) }
        // A text alone has no rows by which a run would be known, and gone on with.
        if tasks.opened.isEmpty, let path = options.output,
            FileManager.default.fileExists(atPath: path + "/run.json")
        {
            throw ValidationError("\(path) holds another run: name another folder with -o")
        }
        let heads = ComparingModel.Comparison(rawValue: options.heads) ?? .contrast
        let ablation = options.ablate.flatMap(FolderModel.Ablation.init)
        try await evaluate(try EvalModel.open(model, heads: heads, ablation: ablation), tasks, folder)
    }

    private func evaluate<Model: EvaluatedModel>(
        _ evaluated: Model, _ tasks: EvalTasks, _ folder: RunFolder?
    ) async throws {
        var objects: [JSONValue] = []
        var errors = 0
        let protocols = EvalProtocol(options: options, generation: generation, image: image, seed: model.seed)
        var session = EvaluationSession(
            model: evaluated,
            entries: try tasks.opened.map { try protocols.entry(of: $0, model: evaluated) })
        session.selection = try options.selection()
        session.baselines = try options.chosenBaselines()
        session.batch = options.batch
        session.decoding = image.decoding
        if !tasks.opened.isEmpty {
            var progress = model.quiet ? nil : ProgressDisplay(total: session.exampleCount, noun: "examples")
            let finished = try await session.run(in: folder) { done, _ in progress?.show(done) }
            objects = finished.map(\.json)
            errors = finished.reduce(0) { $0 + $1.result.errors.count }
            if tasks.isSuite { return try showSuite(finished, evaluated, folder: folder) }
            if !model.quiet { for task in finished { EvalReporting.summarise(task.result) } }
        }
        if let file = tasks.textFile { objects.append(try perplexity(of: file, evaluated)) }
        let document = EvaluationSession<Model>.document(objects)
        let text = document.indentedText
        if tasks.textFile != nil, let folder { try folder.replace(text + "\n", in: "results.json") }
        try CommandOutput.answer(text)
        if errors > 0 { throw ExitCode(65) }
    }

    /// The table of the suite in the box, with the language model's perplexity of a text.
    private func showSuite<Model: EvaluatedModel>(
        _ finished: [EvaluationSession<Model>.Finished], _ evaluated: Model, folder: RunFolder?
    ) throws {
        let retention = TextRetention(model: evaluated, window: options.window)
        let perplexity = try retention.perplexity(of: RetentionText.text)
        try CommandOutput.answer(SuiteTable.text(finished.map(\.result)))
        try CommandOutput.answer(
            "text retention: \(EvalReporting.rounded(perplexity.natsPerToken ?? 0)) nats per token, "
                + "\(EvalReporting.rounded(perplexity.bitsPerByte ?? 0)) bits per byte, without pictures")
        guard let folder else { return }
        let text = JSONValue.object(
            [("task", .string("perplexity"))] + retention.json(of: perplexity) + [("model", evaluated.identity.json)])
        let document = EvaluationSession<Model>.document(finished.map(\.json) + [text])
        try folder.replace(document.indentedText + "\n", in: "results.json")
        var report = RunReport(
            finished.map {
                RunReport.Task(task: $0.entry.task, result: $0.result, rows: $0.rows, settings: $0.settings)
            }, decoding: image.decoding)
        report.appendix = [Self.section(on: perplexity)]
        try folder.replace(report.page.html, in: "report.html")
    }

    /// What the page says of the language model alone.
    private static func section(on perplexity: Perplexity) -> PageSection {
        PageSection(
            "Text retention",
            [
                .paragraph("How well the language model alone predicts a text: what a bridge must not change."),
                .facts([
                    ("nats per token", EvalReporting.rounded(perplexity.natsPerToken ?? 0)),
                    ("bits per byte", EvalReporting.rounded(perplexity.bitsPerByte ?? 0)),
                    ("tokens", "\(perplexity.tokens)"),
                ]),
            ])
    }

    private func perplexity(of file: String, _ evaluated: some EvaluatedModel) throws -> JSONValue {
        let text = try EvalTasks.text(of: file)
        let retention = TextRetention(model: evaluated, window: options.window)
        var progress = model.quiet ? nil : ProgressDisplay(total: max(1, text.utf8.count), noun: "bytes")
        let perplexity = try retention.perplexity(of: text) { done, all in
            progress?.show(text.utf8.count * done / max(1, all))
        }
        guard perplexity.tokens > 0 else { throw EvaluationFileError.empty(file: file) }
        return .object(
            [("task", .string("perplexity"))] + retention.json(of: perplexity) + [
                ("data_sha256", .string(try RunSettings.hash(ofFile: file))), ("model", evaluated.identity.json),
            ])
    }
}
