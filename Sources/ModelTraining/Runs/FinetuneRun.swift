import Checkpoints
import Foundation
import InterleavedData
import JSONText
import NeuralLayers
import TensorEngine
import VisionLanguage

/// A finetune run: trains the bridge of a model through its frozen decoder, and can be killed at any moment.
///
///     let run = try FinetuneRun(recipe, new: "run")
///     try run.train { event in … }
///     // killed? then:
///     try FinetuneRun(resuming: "run").train { event in … }
///
/// What a step does depends on the recipe, the weights and the step's number alone, so a resumed run ends with the same
/// bridge, bit for bit.
package final class FinetuneRun {
    /// The recipe with nothing left open.
    package let recipe: FinetuneRecipe
    /// Where everything is written.
    package let files: RunFolder
    let folder: ModelFolder
    let fingerprint: BaseFingerprint
    let data: FinetuneData
    let texts: RowTexts
    /// The names of what the bridge to start from brought.
    let brought: Set<String>
    /// The features of the frozen vision encoder; nil where it is trained.
    let frozen: FrozenFeatures?
    var state: TrainingState
    var best = BestWeights()
    /// The step of the checkpoint on the disk; nil before the first.
    var lastCheckpoint: Int?

    /// Begins a run in a new folder.
    ///
    /// - Parameter root: the folder that paths in the recipe start from.
    package convenience init(_ recipe: FinetuneRecipe, new path: String, relativeTo root: String = ".")
        throws(TrainingError)
    {
        let located = recipe.located(in: root)
        let folder = try Self.model(of: located)
        let data = try FinetuneData(located)
        let resolved = located.resolved(
            rows: data.mixture.count, bridgeWidth: folder.configuration.queryWidth)
        let files = try RunFolder(new: path, recipe: try RecipeText.text(of: resolved))
        try self.init(resolved, files: files, folder: folder, data: data)
    }

    /// Goes on with the run in a folder: from its checkpoint, or from the start where it has none yet.
    package convenience init(resuming path: String) throws(TrainingError) {
        let files = try RunFolder(existing: path)
        guard let text = FileManager.default.contents(atPath: files.recipe) else {
            throw .cannotRead(file: files.recipe, reason: "the system refuses")
        }
        let recipe = try FinetuneRecipe(text: String(decoding: text, as: UTF8.self), file: files.recipe)
        try self.init(
            recipe, files: files, folder: try Self.model(of: recipe), data: try FinetuneData(recipe))
        guard FileManager.default.fileExists(atPath: files.checkpoint) else { return }
        let facts = try TrainingCheckpoint.read(into: &state, from: files.checkpoint)
        best = BestWeights(facts["best"])
        lastCheckpoint = state.step
        let stored = facts["base"]?.object
        let changed = BaseFingerprint.Part.allCases.filter {
            stored?[$0.rawValue]?.string != fingerprint.hashes[$0]?.description
        }
        guard changed.isEmpty else { throw .baseChanged(path: recipe.base, parts: changed.map(\.rawValue)) }
    }

    private init(_ recipe: FinetuneRecipe, files: RunFolder, folder: ModelFolder, data: FinetuneData)
        throws(TrainingError)
    {
        self.recipe = recipe
        self.files = files
        self.folder = folder
        self.data = data
        do { fingerprint = try BaseFingerprint(path: recipe.base, weights: CheckpointFolder(path: recipe.base)) } catch
        {
            throw .checkpoint(error)
        }
        do {
            brought =
                recipe.bridge.isEmpty ? [] : Set(try BridgeFolder(path: recipe.bridge).weights.entries.map(\.name))
        } catch { throw .model(error) }
        texts = try RowTexts(folder, recipe.text)
        frozen =
            recipe.train.part == .vision
            ? nil
            : FrozenFeatures(
                folder.model, lookup: try Self.lookup(recipe, files: files, fingerprint: fingerprint),
                batch: (recipe.batch + recipe.accumulation - 1) / recipe.accumulation)
        let trained = recipe.train.apply(to: folder.model)
        if recipe.reinitialise { folder.configuration.drawBridge(of: folder.model, seed: UInt64(recipe.seed)) }
        for parameter in folder.model.parameters { parameter.setProductPrecision(recipe.precision) }
        let layers = TrainingPlan.visionLayers(of: folder.model)
        state = TrainingState(trained, settings: recipe.optimisation) {
            recipe.train.group(of: $0, visionLayers: layers)
        }
    }

    private static func model(of recipe: FinetuneRecipe) throws(TrainingError) -> ModelFolder {
        do {
            return try ModelFolder(
                path: recipe.base, bridge: recipe.bridge.isEmpty ? nil : recipe.bridge, new: recipe.newBridge)
        } catch { throw .model(error) }
    }

    /// Whether all steps are made and the bridge is written.
    package var isFinished: Bool {
        lastCheckpoint == state.step && (state.step >= recipe.steps || hasWaitedEnough)
            && FileManager.default.fileExists(atPath: files.bridge + "/" + BridgeFolder.recordName)
            && FileManager.default.fileExists(atPath: files.report)
    }

    /// Whether better weights have not come for as long as the recipe waits.
    var hasWaitedEnough: Bool { recipe.dev.patience > 0 && best.waited >= recipe.dev.patience }

    /// Steps made.
    package var step: Int { state.step }
}

extension BLIP2Configuration {
    /// Gives the bridge of `model` new weights, drawn from `seed`.
    func drawBridge(of model: VisionLanguageModel, seed: UInt64) {
        let scope = ParameterScope(RandomParameters(seed: seed))
        _ = makeBridge(in: scope)
        let drawn = Dictionary(uniqueKeysWithValues: scope.parameters.map { ($0.name, $0.tensor) })
        for parameter in model.parameters { if let value = drawn[parameter.name] { parameter.set(value) } }
    }
}
