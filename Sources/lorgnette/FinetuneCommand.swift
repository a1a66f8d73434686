import ArgumentParser
import Foundation
import LorgnetteKit
import ModelTraining

/// `lorgnette finetune`: trains the bridge of a model on a person's own pictures.
struct FinetuneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "finetune",
        abstract: "Trains the bridge of a model on pictures and texts; the decoder stays as it is.",
        discussion: """
            Rows come from pairs.jsonl ({"image", "caption", "qa"}), JSONL, a folder of pictures with .txt beside them, CSV \
            or TSV, LAVIS and COCO JSON, LLaVA conversations, or WebDataset tar shards. Rows of --split (default train) \
            and rows that name no split are trained on; rows of the split dev are looked at now and then.

            The run's folder holds recipe.yaml, log.jsonl, checkpoint.safetensors, and at the end bridge/, curves.svg and \
            report.html. A run that was killed goes on with --resume and ends with the same bridge, bit for bit.

            A recipe may name parts instead of a base: the model is then put together of parts made new and parts taken \
            from folders (recipes/stage1.yaml, recipes/stage2.yaml). With stage: 1 the bridge learns alone, without a \
            language model, to compare, match and describe; model/ is then what match takes and a second stage begins with.

            EXAMPLE
              lorgnette data scenes -o scenes --count 200
              lorgnette finetune -m fixtures/tiny-blip2-olmoe --pairs scenes/pairs.jsonl -o run --steps 20
              lorgnette caption -m fixtures/tiny-blip2-olmoe --bridge run/bridge fixtures/pictures/coin.jpg
              lorgnette finetune --resume run
            """)

    @OptionGroup var model: ModelOptions
    @Argument(help: ArgumentHelp("A recipe; options go before what it says.", valueName: "recipe.yaml"))
    var recipe: String?
    @Option(help: ArgumentHelp("What to learn from; may repeat.", valueName: "file")) var pairs: [String] = []
    @Option(
        name: [.short, .customLong("output")], help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var output: String?
    @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "dir")) var resume: String?
    @Option(help: ArgumentHelp("Steps (default: ten times through the rows).", valueName: "n")) var steps: Int?
    @Option(help: ArgumentHelp("Rows a step (default: 32).", valueName: "n")) var batch: Int?
    @Option(help: ArgumentHelp("Peak learning rate.", valueName: "x")) var learningRate: Float?
    @Option(help: ArgumentHelp("Steps between checkpoints (default: 200).", valueName: "n")) var checkpointEvery: Int?
    @Option(help: ArgumentHelp("The split to train on (default: train).", valueName: "name")) var split: String?
    @Option(help: "What is trained: projection, qformer (with queries and projection) or vision (with both).")
    var train: Part?
    @Option(help: ArgumentHelp("A key of the recipe; may repeat.", valueName: "key.path=value")) var set: [String] = []
    @Flag(help: "Write the recipe that these options make, and do nothing else.") var printRecipe = false

    /// The choices of `--train`.
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case projection, qformer, vision
    }

    func validate() throws {
        if resume != nil {
            let own: [Any?] = [
                output, recipe, steps, batch, learningRate, checkpointEvery, split, train, model.model, model.bridge,
                model.givenSeed,
            ]
            guard own.allSatisfy({ $0 == nil }), pairs.isEmpty, set.isEmpty, !printRecipe else {
                throw ValidationError("--resume goes on with the run's own recipe: no other options for it")
            }
            return
        }
        if [batch ?? 1, checkpointEvery ?? 1].contains(where: { $0 < 1 }) || (steps ?? 0) < 0 {
            throw ValidationError("--batch and --checkpoint-every must be at least 1, --steps not negative")
        }
        if let learningRate, !learningRate.isFinite || learningRate < 0 {
            throw ValidationError("--learning-rate must be a number that is not negative")
        }
        if recipe == nil, pairs.isEmpty { throw ValidationError("give --pairs FILE, a recipe, or --resume DIR") }
        if output == nil, !printRecipe { throw ValidationError("name the folder of the run with -o DIR") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            model.applyThreads()
            if printRecipe { return try CommandOutput.answer(try recipeText()) }
            do throws(TrainingError) { try go() } catch { throw LorgnetteError(error) }
        }
    }

    private func recipeText() throws(LorgnetteError) -> String {
        do { return try RecipeText.text(of: try wanted()).trimmedEnd } catch { throw LorgnetteError(error) }
    }

    private func go() throws(TrainingError) {
        if model.dtype != .auto, !model.quiet {
            CommandOutput.note("--dtype changes nothing here: frozen weights stay as they are stored")
        }
        let run: FinetuneRun
        if let resume {
            run = try FinetuneRun(resuming: resume)
        } else {
            run = try FinetuneRun(try wanted(), new: output ?? "")
        }
        var watcher = TrainingWatcher(run: run, quiet: model.quiet)
        defer { watcher.end() }
        try run.train(rehearses: !model.quiet) { watcher.note($0) }
    }

    /// The recipe of the file with the options laid over it.
    private func wanted() throws(TrainingError) -> FinetuneRecipe {
        var wanted: FinetuneRecipe
        if let recipe {
            wanted = try FinetuneRecipe(file: recipe, assignments: set)
        } else {
            wanted = try FinetuneRecipe(assignments: set)
        }
        let here = URL(filePath: ".", directoryHint: .isDirectory)
        func absolute(_ path: String) -> String { URL(filePath: path, relativeTo: here).standardizedFileURL.path }
        let isOpen = wanted.base.isEmpty && wanted.parts.isEmpty
        if model.model != nil || isOpen {
            let base: URL
            do { base = try ModelPlace.folder(model.model) } catch {
                throw .recipe(
                    file: recipe ?? "recipe", key: "base",
                    problem: "\(error.description); or say in parts what the model is put together of")
            }
            wanted.base = absolute(base.path(percentEncoded: false))
            wanted.parts = ModelParts()
        }
        if let bridge = model.bridge { wanted.bridge = absolute(bridge) }
        if !pairs.isEmpty { wanted.data = pairs.map { FinetuneRecipe.DataEntry(pairs: absolute($0)) } }
        if let split { for index in wanted.data.indices { wanted.data[index].split = split } }
        if let steps { wanted.steps = steps }
        if let batch { wanted.batch = batch }
        if let learningRate { wanted.learningRate = learningRate }
        if let checkpointEvery { wanted.checkpointEvery = checkpointEvery }
        if let train { wanted.train.part = TrainingPlan.Part(rawValue: train.rawValue) ?? .qformer }
        if let seed = model.givenSeed { wanted.seed = Int(clamping: seed) }
        try wanted.check(file: recipe ?? "recipe")
        return wanted
    }
}
