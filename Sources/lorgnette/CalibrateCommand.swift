import ArgumentParser
import Checkpoints
import Foundation
import ImageFiles
import JSONText
import LorgnetteKit
import ModelEvaluation
import ReportPages
import VisionLanguage

/// `lorgnette calibrate`: how probably a model's answers are right.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Fits the confidence that a model states of its answers.",
        discussion: """
            Answers the held-out rows of --data, measures the pictures of --familiar, which the model learned from, and fits \
            logistic regressions: of the answers' token log-probabilities and of how far a picture lies from the familiar \
            ones. Unfamiliar pictures are made of the held-out ones (tiles in another order, several side by side, noise). \
            Prints how well confidences did on pictures that were left out in turn, and writes lorgnette.json and \
            familiarity.safetensors: of the model's folder, or of a copy of it (-o).

            A bridge that is laid over the model later, or a folder exported with one, has confidences of the answer's tokens \
            alone; export it and calibrate that folder for its own.

            EXAMPLE
              lorgnette calibrate -m fixtures/tiny-blip2-olmoe --familiar scenes/pairs.jsonl \
                --data scenes/pairs.jsonl --split dev -o calibrated
            """)

    @OptionGroup var model: ModelOptions
    @Option(help: ArgumentHelp("Pairs whose pictures the model learned from; may repeat.", valueName: "file"))
    var familiar: [String]
    @Option(help: ArgumentHelp("Their split; all for every row.", valueName: "name")) var familiarSplit = "train"
    @Option(help: ArgumentHelp("Pairs that the model did not learn from; may repeat.", valueName: "file"))
    var data: [String]
    @Option(help: ArgumentHelp("Their split; all for every row.", valueName: "name")) var split = "dev"
    @Option(help: ArgumentHelp("The first n answers of each file of --data.", valueName: "n")) var limit: Int?
    @Option(help: ArgumentHelp("Pictures of each file of --familiar at most, evenly chosen.", valueName: "n"))
    var familiarLimit = 2_000
    @Option(help: ArgumentHelp("The confidence below which answers are shown as \"unsure\".", valueName: "x"))
    var unsureBelow = 0.5
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("A copy of the model to make (default: the model's own folder).", valueName: "dir"))
    var output: String?
    @OptionGroup var image: ImageOptions

    func validate() throws {
        guard model.bridge == nil else {
            throw ValidationError("--bridge: export model and bridge as one folder first, and calibrate that")
        }
        guard (0...1).contains(unsureBelow) else { throw ValidationError("--unsure-below must be from 0 to 1") }
        guard familiarLimit >= 1, (limit ?? 1) >= 1 else { throw ValidationError("limits must be at least 1") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            try await EvalReporting.reporting {
                do { try await calibrate() } catch let error as ModelFolderError {
                    throw LorgnetteError(error)
                } catch let error as CheckpointError {
                    throw LorgnetteError(.checkpoint(error))
                }
            }
        }
    }

    private func calibrate() async throws {
        let known = try familiar.map { try PairsTask(TaskSource(data: $0, split: Self.split(familiarSplit))) }
        let heldOut = try data.map { try PairsTask(TaskSource(data: $0, split: Self.split(split))) }
        let lorgnette = try model.load()
        let evaluated = try EvalModel.make(lorgnette, bridge: nil, dtype: model.dtype.rawValue)
        let base = lorgnette.folder.path
        let copy = try output.map { try NewFolder(path: $0) }
        do {
            let fitted = try await fit(evaluated, known, heldOut)
            let target = copy?.path ?? base
            if let copy { try ModelCopy.copy(base, into: copy) }
            let weights = try ConfidenceEstimator.hash(of: CheckpointFolder(path: base))
            let calibration = ConfidenceCalibration(
                weights: weights, familiarityFile: nil, known: fitted.known, right: fitted.right,
                rightByTokens: fitted.rightByTokens, unsureBelow: unsureBelow, facts: fitted.facts)
            try LorgnetteFiles.write(calibration, fitted.familiarity, in: target)
            try copy?.finish()
            try CommandOutput.answer(fitted.facts.indentedText)
            if !model.quiet { CommandOutput.note("written to \(output ?? base)") }
        } catch {
            copy?.discard()
            throw error
        }
    }

    private func fit(
        _ evaluated: FolderModel, _ known: [PairsTask], _ heldOut: [PairsTask]
    ) async throws -> CalibrationFit.Fitted {
        var fit = CalibrationFit(model: evaluated)
        fit.seed = model.seed
        fit.familiarLimit = familiarLimit
        fit.limit = limit
        fit.decoding = image.decoding
        let entries = heldOut.map { task in
            EvaluationSession<FolderModel>.Entry(
                task: task,
                settings: TaskProtocol(
                    prompt: PairsTask.card.prompt, decoding: evaluated.decoding, variant: PairsTask.card.variants[0]))
        }
        var stage = ""
        return try await fit.fit(familiar: known, entries: entries) { now in
            guard !model.quiet, now.name != stage else { return }
            stage = now.name
            CommandOutput.note(stage)
        }
    }

    private static func split(_ name: String) -> String? { name == "all" ? nil : name }
}

/// A model's folder as it is.
enum ModelCopy {
    /// Copies every file and folder of the model at `base`.
    static func copy(_ base: String, into folder: NewFolder) throws(LorgnetteError) {
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: base) where !name.hasPrefix(".") {
                // Hugging Face's cache has links to files that lie elsewhere.
                let source = URL(filePath: base + "/" + name).resolvingSymlinksInPath().path(percentEncoded: false)
                try FileManager.default.copyItem(atPath: source, toPath: folder.path + "/" + name)
            }
        } catch {
            throw LorgnetteError(
                kind: .readWrite, code: "write", description: "\(base): cannot be copied: \(error.localizedDescription)"
            )
        }
    }
}
