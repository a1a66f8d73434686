import ArgumentParser
import Foundation
import LorgnetteKit
import ModelTraining

/// `lorgnette pretrain`: makes a language model out of text.
struct PretrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain",
        abstract: "Makes a tokenizer and a small sparse language model out of text.",
        discussion: """
            Without a recipe: a decoder of four layers of eight experts, each one-in-8 sparse inside, with xPos; half of the \
            rows are read from left to right, half are UL2's denoising. A *.jsonl file is read as JSON Lines with a text \
            each, any other as one text. A recipe says everything: the decoder's config.json under model, tokenizer, \
            files with their denoisers and shares, rows, steps or minutes, optimiser and schedule; --print-recipe shows one.

            The run's folder holds recipe.yaml, log.jsonl, checkpoint.safetensors, tokenizer/, text/, and at the end model/, \
            curves.svg and report.html. A run that was killed goes on with --resume and ends with the same model, bit for \
            bit.

            EXAMPLE
              lorgnette pretrain --text README.md -o run --steps 20
              lorgnette complete -m run/model "The model"
              lorgnette pretrain --resume run
              lorgnette pretrain --coordinate-check -o check
            """)

    @Argument(help: ArgumentHelp("A recipe; options go before what it says.", valueName: "recipe.yaml"))
    var recipe: String?
    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Files of text to learn from; may repeat.", valueName: "file"))
    var text: [String] = []
    @Option(
        name: [.short, .customLong("output")], help: ArgumentHelp("The folder of the run.", valueName: "dir"))
    var output: String?
    @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "dir")) var resume: String?
    @Option(help: ArgumentHelp("Steps.", valueName: "n")) var steps: Int?
    @Option(help: ArgumentHelp("Time for all of it (default without a recipe: 10).", valueName: "n"))
    var minutes: Double?
    @Option(help: ArgumentHelp("Rows a step.", valueName: "n")) var batch: Int?
    @Option(help: ArgumentHelp("Peak learning rate.", valueName: "x")) var learningRate: Float?
    @Option(help: ArgumentHelp("Steps between checkpoints (default: 200).", valueName: "n")) var checkpointEvery: Int?
    @Option(help: ArgumentHelp("A key of the recipe; may repeat.", valueName: "key.path=value")) var set: [String] = []
    @Option(help: ArgumentHelp("Threads to compute on; results do not depend on it.", valueName: "n")) var threads: Int?
    @Option(help: ArgumentHelp("Seed of everything random.", valueName: "n")) var seed: Int?
    @Flag(help: "Write the recipe that these options make, and do nothing else.") var printRecipe = false
    @Flag(help: "Check how far activations move over the width, by width and as usual; plot and figures go to -o.")
    var coordinateCheck = false
    @Flag(help: "Train briefly at several widths and learning rates, by width and as usual; -o names a new folder.")
    var learningRateSweep = false
    @Option(help: ArgumentHelp("Widths of these two checks, 64,128,256 for one.", valueName: "list"))
    var widths: String?
    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
        if resume != nil {
            let own: [Any?] = [output, recipe, steps, minutes, batch, learningRate, checkpointEvery, seed, widths]
            guard own.allSatisfy({ $0 == nil }), text.isEmpty, set.isEmpty, !coordinateCheck, !learningRateSweep,
                !printRecipe
            else {
                throw ValidationError("--resume goes on with the run's own recipe: no other options for it")
            }
            return
        }
        if (steps ?? 1) < 1 || !((minutes ?? 1) > 0) {
            throw ValidationError("--steps must be at least 1, --minutes above 0")
        }
        if widths != nil, widthList == nil { throw ValidationError("--widths wants whole numbers, 64,128,256") }
        if widths != nil, !coordinateCheck, !learningRateSweep {
            throw ValidationError("--widths goes with --coordinate-check or --learning-rate-sweep")
        }
        if coordinateCheck { return }
        if recipe == nil, text.isEmpty, !printRecipe {
            throw ValidationError("give --text FILE, a recipe, or --resume DIR")
        }
        if steps != nil, minutes != nil { throw ValidationError("give --steps or --minutes, not both") }
        if output == nil, !printRecipe { throw ValidationError("name the folder of the run with -o DIR") }
    }

    private var widthList: [Int]? {
        let parts = widths?.split(separator: ",").map { Int($0) }
        guard let parts, parts.count > 1, !parts.contains(nil) else { return nil }
        return parts.compactMap(\.self)
    }

    func run() async throws {
        try await CommandOutput.reporting {
            if let threads { Lorgnette.setThreads(threads) }
            if coordinateCheck || learningRateSweep { return try study() }
            if printRecipe { return try CommandOutput.answer(try recipeText()) }
            do throws(TrainingError) { try go() } catch { throw LorgnetteError(error) }
        }
    }

    private func recipeText() throws(LorgnetteError) -> String {
        do { return try RecipeText.text(of: try wanted()).trimmedEnd } catch { throw LorgnetteError(error) }
    }

    private func go() throws(TrainingError) {
        var watcher = PretrainWatcher(quiet: quiet)
        defer { watcher.end() }
        let run: PretrainRun
        if let resume {
            run = try PretrainRun(resuming: resume) { watcher.note($0) }
        } else {
            let root = recipe.map { URL(filePath: $0).deletingLastPathComponent().path } ?? "."
            run = try PretrainRun(try wanted(), new: output ?? "", relativeTo: root) { watcher.note($0) }
        }
        watcher.begun = run.step
        try run.train { watcher.note($0) }
    }

    /// The checks of the parametrisation.
    private func study() throws {
        let study: WidthStudy
        do throws(TrainingError) {
            let note = { (line: String) in if !quiet { CommandOutput.note(line) } }
            let wanted = try wanted()
            let root = recipe.map { URL(filePath: $0).deletingLastPathComponent().path } ?? "."
            study =
                coordinateCheck
                ? try WidthStudy.coordinates(wanted, widths: widthList, note)
                : try WidthStudy.learningRates(
                    wanted, in: output ?? "", relativeTo: root, widths: widthList, steps: steps, note)
            if let output { try study.write(into: output) }
        } catch { throw LorgnetteError(error) }
        for line in study.lines { try CommandOutput.answer(line) }
    }

    /// The recipe of the file, or that for a person's own text, with the options laid over it.
    private func wanted() throws(TrainingError) -> PretrainRecipe {
        var yaml = try RecipeText.text(of: PretrainRecipe.small(files: []))
        if let recipe {
            guard FileManager.default.fileExists(atPath: recipe) else { throw .noRecipe(recipe) }
            guard let data = FileManager.default.contents(atPath: recipe) else {
                throw .cannotRead(file: recipe, reason: "a folder, or not one we may read")
            }
            yaml = String(decoding: data, as: UTF8.self)
        }
        let here = URL(filePath: ".", directoryHint: .isDirectory)
        func absolute(_ path: String) -> String { URL(filePath: path, relativeTo: here).standardizedFileURL.path }
        var wanted = try PretrainRecipe(
            text: yaml, file: recipe ?? "recipe", assignments: set, files: text.map(absolute))
        if let steps { (wanted.steps, wanted.minutes) = (steps, 0) }
        if let minutes { (wanted.steps, wanted.minutes) = (0, minutes) }
        if recipe == nil, wanted.steps == 0, wanted.minutes == 0 { wanted.minutes = 10 }
        if let batch { wanted.batch = batch }
        if let learningRate { wanted.learningRate = learningRate }
        if let checkpointEvery { wanted.checkpointEvery = checkpointEvery }
        if let seed { wanted.seed = seed }
        try wanted.check(file: recipe ?? "recipe")
        return wanted
    }
}
