import ArgumentParser
import Checkpoints
import Foundation
import LorgnetteKit
import ModelTraining

/// `lorgnette assemble`: the model that a recipe's parts make, as a folder.
struct AssembleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assemble",
        abstract: "Puts a model together of the parts that a recipe names, and trains nothing.",
        discussion: """
            Parts are made new, their weights drawn from the seed, or taken from folders: parts.vision, parts.queries, \
            parts.qformer, parts.language_model, or parts.from, a model of either stage. finetune does the same by itself \
            where a recipe names parts instead of a base.

            EXAMPLE
              lorgnette assemble recipes/stage1.yaml -o base --set parts.tokenizer=fixtures/tiny-blip2-olmoe
              lorgnette inspect base
            """)

    @Argument(help: ArgumentHelp("A finetune recipe with parts.", valueName: "recipe.yaml"))
    var recipe: String
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String
    @Option(
        help: ArgumentHelp("A key of the recipe, paths from here; may repeat.", valueName: "key.path=value"))
    var set: [String] = []
    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    func run() async throws {
        try await CommandOutput.reporting {
            let assembly: ModelAssembly
            do throws(TrainingError) {
                let wanted = try FinetuneRecipe(file: recipe, assignments: set)
                guard !wanted.parts.isEmpty else {
                    throw TrainingError.recipe(
                        file: recipe, key: "parts", problem: "neither vision nor from: nothing to put together")
                }
                assembly = try ModelAssembly(wanted.parts, seed: UInt64(wanted.seed))
            } catch { throw LorgnetteError(error) }
            let folder = try NewFolder(path: output)
            do throws(CheckpointError) { try assembly.write(to: folder.path) } catch {
                folder.discard()
                throw LorgnetteError(TrainingError.checkpoint(error))
            }
            try folder.finish()
            if !quiet { CommandOutput.note("written to \(output)") }
        }
    }
}
