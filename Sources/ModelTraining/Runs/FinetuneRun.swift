import Checkpoints
import Foundation
import InterleavedData
import JSONText
import TensorEngine
import VisionLanguage

/// A finetune run: trains the bridge of a model, alone (stage 1) or through its frozen decoder (stage 2), and can be killed at
/// any moment.
///
///     let run = try FinetuneRun(recipe, new: "run")
///     try run.train { event in … }
///     // killed? then:
///     try FinetuneRun(resuming: "run").train { event in … }
///
/// What a step does depends on the recipe, the weights and the step's number alone, so a resumed run ends with the same
/// weights, bit for bit.
package final class FinetuneRun {
    /// The recipe with nothing left open.
    package let recipe: FinetuneRecipe
    /// Where everything is written.
    package let files: RunFolder
    /// The model folder that the run begins with.
    let basePath: String
    let objective: any TrainingObjective
    let fingerprint: BaseFingerprint
    let data: FinetuneData
    /// What the rows say.
    let rows: ContentHash
    var state: TrainingState
    var best = BestWeights()
    /// The step of the checkpoint on the disk; nil before the first.
    var lastCheckpoint: Int?

    /// Begins a run in a new folder. Where the recipe names parts instead of a base, the model is put together first, in
    /// `base` within the run's folder.
    ///
    /// - Parameter root: the folder that paths in the recipe start from.
    package convenience init(_ recipe: FinetuneRecipe, new path: String, relativeTo root: String = ".")
        throws(TrainingError)
    {
        let located = recipe.located(in: root)
        // Whatever is wrong with base or data is told before there is a folder.
        let assembly = try located.base.isEmpty ? ModelAssembly(located.parts, seed: UInt64(located.seed)) : nil
        let data = try FinetuneData(located)
        let begun = try assembly == nil ? Self.objective(located, base: located.base, data) : nil
        let resolved = located.resolved(
            rows: data.count, bridgeWidth: begun?.bridgeWidth ?? assembly?.bridgeWidth ?? 768)
        let files = try RunFolder(new: path, recipe: try RecipeText.text(of: resolved))
        if let assembly { try Self.write(assembly, to: files) }
        try self.init(resolved, files: files, data: data, objective: begun)
    }

    /// Goes on with the run in a folder: from its checkpoint, or from the start where it has none yet.
    package convenience init(resuming path: String) throws(TrainingError) {
        let files = try RunFolder(existing: path)
        guard let text = FileManager.default.contents(atPath: files.recipe) else {
            throw .cannotRead(file: files.recipe, reason: "the system refuses")
        }
        let recipe = try FinetuneRecipe(text: String(decoding: text, as: UTF8.self), file: files.recipe)
        if recipe.base.isEmpty, !FileManager.default.fileExists(atPath: files.base) {
            try Self.write(ModelAssembly(recipe.parts, seed: UInt64(recipe.seed)), to: files)
        }
        try self.init(recipe, files: files, data: try FinetuneData(recipe))
        guard FileManager.default.fileExists(atPath: files.checkpoint) else { return }
        let facts = try TrainingCheckpoint.read(into: &state, from: files.checkpoint)
        best = BestWeights(facts["best"])
        lastCheckpoint = state.step
        let stored = facts["base"]?.object
        let changed = BaseFingerprint.Part.allCases.filter {
            stored?[$0.rawValue]?.string != fingerprint.hashes[$0]?.description
        }
        guard changed.isEmpty else { throw .baseChanged(path: basePath, parts: changed.map(\.rawValue)) }
        if let known = facts["rows"]?.string, known != rows.description { throw .rowsChanged(run: path) }
    }

    private init(
        _ recipe: FinetuneRecipe, files: RunFolder, data: FinetuneData, objective begun: (any TrainingObjective)? = nil
    ) throws(TrainingError) {
        self.recipe = recipe
        self.files = files
        self.data = data
        rows = data.fingerprint
        let base = recipe.base.isEmpty ? files.base : recipe.base
        basePath = base
        do { fingerprint = try BaseFingerprint(path: base, weights: CheckpointFolder(path: base)) } catch {
            throw .checkpoint(error)
        }
        var objective: any TrainingObjective
        if let begun { objective = begun } else { objective = try Self.objective(recipe, base: base, data) }
        try objective.prepare(in: files, base: fingerprint)
        self.objective = objective
        let trained = recipe.train.apply(to: objective.parameters)
        if recipe.reinitialise { objective.drawBridge(seed: UInt64(recipe.seed)) }
        for parameter in objective.parameters { parameter.setProductPrecision(recipe.precision) }
        let layers = TrainingPlan.visionLayers(of: objective.parameters)
        state = TrainingState(trained, settings: recipe.optimisation) {
            recipe.train.group(of: $0, visionLayers: layers)
        }
    }

    private static func objective(
        _ recipe: FinetuneRecipe, base: String, _ data: FinetuneData
    ) throws(TrainingError) -> any TrainingObjective {
        if recipe.stage == 1 {
            guard let mixture = data.mixture else { throw .mixture(.empty) }
            return try FirstStageObjective(recipe, base: base, mixture)
        }
        return try WritingObjective(recipe, base: base, data)
    }

    private static func write(_ assembly: ModelAssembly, to files: RunFolder) throws(TrainingError) {
        do {
            try files.replaceFolder(files.base) { folder throws(CheckpointError) in try assembly.write(to: folder) }
        } catch { throw .cannotWrite(file: files.base, reason: "\(error)", lastCheckpoint: nil) }
    }

    /// The folder that the run ends with: a bridge, or after the first stage a whole model.
    package var product: String { files.path + "/" + objective.product.folder }

    /// Whether all steps are made and what the run was for is written.
    package var isFinished: Bool {
        lastCheckpoint == state.step && (state.step >= recipe.steps || hasWaitedEnough)
            && FileManager.default.fileExists(atPath: product + "/" + objective.product.lastFile)
            && FileManager.default.fileExists(atPath: files.report)
    }

    /// Whether better weights have not come for as long as the recipe waits.
    var hasWaitedEnough: Bool { recipe.dev.patience > 0 && best.waited >= recipe.dev.patience }

    /// Steps made.
    package var step: Int { state.step }
}
