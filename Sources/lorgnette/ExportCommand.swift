import ArgumentParser
import Foundation
import LorgnetteKit
import VisionLanguage

/// `lorgnette export`: one float32 folder for transformers.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a model and its finetuned bridge as one folder for transformers.",
        discussion: """
            The folder holds every weight in float32 under its name, and the tokenizer, processor and notice files of the \
            base; Blip2ForConditionalGeneration.from_pretrained loads it as it is. It must not exist yet, or be empty.

            EXAMPLE
              lorgnette export -m fixtures/tiny-blip2-olmoe --bridge run/bridge -o exported
            """)

    @OptionGroup var model: ModelOptions
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String

    func run() async throws {
        try await CommandOutput.reporting {
            var base = try model.folder().path(percentEncoded: false)
            if base.count > 1, base.hasSuffix("/") { base.removeLast() }
            let export: ModelExport
            do throws(ModelFolderError) { export = try ModelExport(base: base, bridge: model.bridge) } catch {
                throw LorgnetteError(error)
            }
            let folder = try NewFolder(path: output)
            do throws(ModelFolderError) { try export.write(to: folder.path) } catch {
                folder.discard()
                throw LorgnetteError(error)
            }
            try folder.finish()
            if !model.quiet { CommandOutput.note("written to \(output)") }
        }
    }
}
