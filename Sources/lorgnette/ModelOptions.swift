import ArgumentParser
import Foundation
import LorgnetteKit

/// The options that every command with a model has.
struct ModelOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("model")],
        help: ArgumentHelp(
            "A model folder in Hugging Face's layout (default: $LORGNETTE_MODEL, else the model that ships).",
            valueName: "dir"))
    var model: String?

    @Option(
        help: ArgumentHelp("A finetuned bridge to lay over the model's own (DIR/bridge of a run).", valueName: "dir"))
    var bridge: String?

    @Option(help: ArgumentHelp("Threads to compute on; results do not depend on it.", valueName: "n"))
    var threads: Int?

    @Option(name: .customLong("seed"), help: ArgumentHelp("Seed of everything random (default: 0).", valueName: "n"))
    var givenSeed: UInt64?

    @Flag(help: "Nothing on standard error but errors.")
    var quiet = false

    @Option(help: "How weights are held in memory: auto, f32, bf16, q8_0 or q4_0; auto is as they are stored.")
    var dtype: HeldType = .auto

    /// The choices of `--dtype`.
    enum HeldType: String, ExpressibleByArgument, CaseIterable {
        case auto, f32, bf16
        case q8_0, q4_0

        var weights: WeightType {
            switch self {
            case .auto: .auto
            case .f32: .f32
            case .bf16: .bf16
            case .q8_0: .q8_0
            case .q4_0: .q4_0
            }
        }
    }

    var seed: UInt64 { givenSeed ?? 0 }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    /// The folder that `-m` or the environment names, else that of the model that ships with the package.
    func folder() throws(LorgnetteError) -> URL { try ModelPlace.folder(model) }

    /// Sets the threads that were asked for.
    func applyThreads() { if let threads { Lorgnette.setThreads(threads) } }

    /// Loads the model, threads set.
    func load() throws -> Lorgnette {
        applyThreads()
        let overlay = bridge.map { URL(filePath: $0, directoryHint: .isDirectory) }
        return try Lorgnette(folder: try folder(), bridge: overlay, weights: dtype.weights)
    }

    /// Loads the part of the model that looks at pictures, threads set.
    func loadPictureEncoder() throws -> PictureEncoder {
        applyThreads()
        let overlay = bridge.map { URL(filePath: $0, directoryHint: .isDirectory) }
        return try PictureEncoder(folder: try folder(), bridge: overlay, weights: dtype.weights)
    }

    /// Loads a model that compares pictures with texts, threads set.
    func loadMatcher() throws -> ImageTextMatcher {
        guard bridge == nil else { throw ValidationError("--bridge: match takes a whole folder, not a bridge") }
        applyThreads()
        return try ImageTextMatcher(folder: try folder(), weights: dtype.weights)
    }
}
