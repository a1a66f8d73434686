import ArgumentParser
import Foundation
import LorgnetteKit
import VisionLanguage

/// `lorgnette export`: a model and its bridge as one folder.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a model and its finetuned bridge as one folder for transformers.",
        discussion: """
            The folder holds every weight in float32 under its name, and the tokenizer, processor, notice and licence \
            files and the model card of the base; Blip2ForConditionalGeneration.from_pretrained loads it as it is. It must \
            not exist yet, or be empty.

            --dtype bf16 rounds the matrices of vision encoder and bridge to bfloat16 and leaves every bit of the language \
            model as it is stored: a folder to pass on, half as large.

            EXAMPLE
              lorgnette export -m fixtures/tiny-blip2-olmoe --bridge run/bridge -o exported
              lorgnette export -m run/base --bridge run/bridge --dtype bf16 -o model
            """)

    @OptionGroup var model: ModelOptions
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String

    func validate() throws { _ = try precision() }

    private func precision() throws -> ModelExport.Precision {
        switch model.dtype {
        case .auto, .f32: .f32
        case .bf16: .bf16
        case .q8_0, .q4_0: throw ValidationError("--dtype: export writes f32 (also for auto) or bf16")
        }
    }

    func run() async throws {
        let precision = try precision()
        try await CommandOutput.reporting {
            var base = try model.folder().path(percentEncoded: false)
            if base.count > 1, base.hasSuffix("/") { base.removeLast() }
            let export: ModelExport
            do throws(ModelFolderError) {
                export = try ModelExport(base: base, bridge: model.bridge, precision: precision)
            } catch {
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
