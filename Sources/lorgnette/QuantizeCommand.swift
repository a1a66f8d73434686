import ArgumentParser
import Foundation
import LorgnetteKit
import VisionLanguage

/// `lorgnette quantize`: writes a model folder whose matrices take 8 or 4 bits an element.
struct QuantizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize", abstract: "Writes a model folder whose matrices take 8 or 4 bits an element.",
        discussion: """
            What --dtype q8_0 or q4_0 makes in memory, on disk: same logits, bit for bit, in a folder that is mapped and needs no \
            converting. Every command takes it; export and another quantize want the original. A confidence that was calibrated \
            with pictures goes by the answer's tokens alone there. One tensor at a time is in memory. The output folder must \
            not exist, or be empty.

            EXAMPLE
              lorgnette quantize -m fixtures/tiny-blip2-olmoe --to q8_0 -o quantised
              lorgnette caption -m quantised fixtures/pictures/coin.jpg
            """)

    /// The choices of `--to`.
    enum BlockType: String, ExpressibleByArgument, CaseIterable {
        case q8_0, q4_0

        var weights: WeightType { self == .q8_0 ? .q8_0 : .q4_0 }
    }

    @OptionGroup var model: ModelOptions
    @Option(name: .customLong("to"), help: "q8_0 (8.5 bits an element) or q4_0 (4.5).") var type: BlockType
    @Option(name: [.short, .customLong("output")], help: ArgumentHelp("The folder to make.", valueName: "dir"))
    var output: String

    func validate() throws {
        if model.bridge != nil {
            throw ValidationError("--bridge: export the model with its bridge first, then quantise what was written")
        }
        if model.dtype != .auto {
            throw ValidationError("--dtype: quantize takes weights as they are stored; --to says the rest")
        }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            model.applyThreads()
            var base = try model.folder().path(percentEncoded: false)
            if base.count > 1, base.hasSuffix("/") { base.removeLast() }
            let quantisation: ModelQuantisation
            do throws(ModelFolderError) { quantisation = try ModelQuantisation(base: base, to: type.weights) } catch {
                throw LorgnetteError(error)
            }
            let folder = try NewFolder(path: output)
            do throws(ModelFolderError) { try quantisation.write(to: folder.path) } catch {
                folder.discard()
                throw LorgnetteError(error)
            }
            try folder.finish()
            if !model.quiet { CommandOutput.note("written to \(output)") }
        }
    }
}
