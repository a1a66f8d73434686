import Checkpoints
import Foundation
import InterleavedData
import JSONText
import NeuralLayers
import TensorEngine
import TextTokens
import VisionLanguage

/// A pretrain run: makes a tokenizer and a decoder of our own out of text, and can be killed at any moment.
///
///     let run = try PretrainRun(.small(files: ["stories.txt"]), new: "run")
///     try run.train { event in … }
///     // killed? then:
///     try PretrainRun(resuming: "run").train { event in … }
///
/// What a step does depends on the recipe, the weights and the step's number alone, so a resumed run ends with the same model,
/// bit for bit. A recipe that gives minutes rather than steps has its first steps timed once; the number that this makes is
/// written into the run's recipe.
package final class PretrainRun {
    /// The recipe with nothing left open but, before the first step, the number of steps.
    package private(set) var recipe: PretrainRecipe
    /// Where everything is written.
    package let files: RunFolder
    /// The sizes and choices of the decoder.
    package let configuration: LorgnetteDecoderConfiguration
    /// The decoder.
    package let decoder: LorgnetteDecoder
    /// Texts and tokenizer.
    package let text: PretrainText
    let parameters: [Parameter]
    let sampler: TextSampler
    var state: TrainingState
    var best = BestWeights()
    /// The step of the checkpoint on the disk; nil before the first.
    var lastCheckpoint: Int?
    /// When the making ready began.
    let begun = ContinuousClock.now

    /// Begins a run in a new folder: trains the tokenizer and tokenises the texts.
    ///
    /// - Parameters:
    ///   - root: the folder that paths in the recipe start from.
    ///   - watch: told what is being made ready.
    package convenience init(
        _ recipe: PretrainRecipe, new path: String, relativeTo root: String = ".",
        _ watch: (PretrainEvent) -> Void = { _ in }
    ) throws(TrainingError) {
        let located = recipe.located(in: root)
        var resolved = located.resolved(bytes: try PretrainText.bytes(of: located))
        if resolved.steps > 0 { resolved = resolved.resolved(steps: resolved.steps) }
        guard resolved.steps > 0 || resolved.minutes > 0 else {
            throw .recipe(file: "recipe", key: "steps", problem: "give steps, or minutes")
        }
        // What can be said before hours of tokenising.
        _ = try resolved.decoderConfiguration(
            vocabulary: resolved.tokenizer.path.isEmpty ? resolved.tokenizer.vocabulary : 1, file: "recipe")
        let files = try RunFolder(new: path, recipe: try RecipeText.text(of: resolved))
        do throws(TrainingError) { try self.init(resolved, files: files, keys: [], watch) } catch {
            try? FileManager.default.removeItem(atPath: files.path)
            throw error
        }
    }

    /// Goes on with the run in a folder: from its checkpoint, or from the start where it has none yet.
    package convenience init(resuming path: String, _ watch: (PretrainEvent) -> Void = { _ in }) throws(TrainingError) {
        let files = try RunFolder(existing: path)
        guard let text = FileManager.default.contents(atPath: files.recipe) else {
            throw .cannotRead(file: files.recipe, reason: "the system refuses")
        }
        let recipe = try PretrainRecipe(text: String(decoding: text, as: UTF8.self), file: files.recipe)
        let keys = try TrainingCheckpoint.facts(at: files.checkpoint)?["text"]?.array?.compactMap(\.string) ?? []
        try self.init(recipe, files: files, keys: keys, watch)
        guard FileManager.default.fileExists(atPath: files.checkpoint) else { return }
        best = BestWeights(try TrainingCheckpoint.read(into: &state, from: files.checkpoint)["best"])
        lastCheckpoint = state.step
    }

    private init(
        _ recipe: PretrainRecipe, files: RunFolder, keys: [String], _ watch: (PretrainEvent) -> Void
    ) throws(TrainingError) {
        self.recipe = recipe
        self.files = files
        text = try PretrainText(recipe, files: files, keys: keys) { watch(.preparing($0)) }
        configuration = try recipe.decoderConfiguration(vocabulary: text.tokenizer.identifierEnd, file: files.recipe)
        let scope = ParameterScope(RandomParameters(seed: UInt64(bitPattern: Int64(recipe.seed))))
        decoder = LorgnetteDecoder(configuration, in: scope)
        parameters = scope.parameters
        sampler = try Self.sampler(text, recipe, seesPrefixes: configuration.mask == .prefix)
        state = TrainingState([], settings: recipe.optimisation) { _ in ParameterGroup() }
        if recipe.precision == .bf16 { decoder.useProducts(.bf16, of: parameters) }
        for parameter in parameters {
            parameter.setTrainable(decoder.settings[parameter.name]?.isTrained ?? true)
        }
        beginState()
    }

    private static func sampler(_ text: PretrainText, _ recipe: PretrainRecipe, seesPrefixes: Bool)
        throws(TrainingError) -> TextSampler
    {
        let parts = zip(text.entries, text.stores).filter { $0.1.training.tokenCount > 0 }.map { entry, store in
            TextSampler.Part(
                store.training, seesPrefixes ? entry.mixture : entry.mixture.withCausalPrefixes, share: entry.share)
        }
        do {
            return try TextSampler(
                parts: parts, tokenizer: text.tokenizer, rows: recipe.batch, length: recipe.length,
                seed: UInt64(bitPattern: Int64(recipe.seed)))
        } catch { throw .text(error) }
    }

    /// The state before the first step of the recipe as it is now.
    private func beginState() {
        state = TrainingState(
            parameters.filter(\.isTrainable), buffers: parameters.filter { !$0.isTrainable },
            settings: recipe.optimisation
        ) { [decoder] in decoder.group(of: $0) }
    }

    /// Says how many steps the run has, where that was left open, and writes it into its recipe.
    func fix(steps: Int) throws(TrainingError) {
        recipe = recipe.resolved(steps: steps)
        let text = try RecipeText.text(of: recipe)
        do { try AtomicFile.write(Array(text.utf8), to: files.recipe) } catch {
            throw .cannotWrite(file: files.recipe, reason: "\(error)", lastCheckpoint: lastCheckpoint)
        }
        if state.step == 0 { beginState() }
    }

    /// Whether all steps are made and the model is written.
    package var isFinished: Bool {
        recipe.steps > 0 && lastCheckpoint == state.step && state.step >= recipe.steps
            && FileManager.default.fileExists(atPath: files.model + "/config.json")
            && FileManager.default.fileExists(atPath: files.report)
    }

    /// Steps made.
    package var step: Int { state.step }
}

extension LorgnetteDecoder {
    /// How a parameter is trained: what its parametrisation says of its learning rate and decay.
    package func group(of parameter: Parameter) -> ParameterGroup {
        let setting = settings[parameter.name] ?? ParameterSetting()
        return ParameterGroup(
            learningRateFactor: Float(setting.learningRate), decays: setting.decay > 0,
            decayFactor: Float(setting.decay))
    }

    /// Lets products with matrices round to `precision`, but for routers and controllers, whose choices hang on small
    /// differences.
    package func useProducts(_ precision: ProductPrecision, of parameters: [Parameter]) {
        for parameter in parameters where parameter.tensor.shape.count == 2 {
            let chooses = parameter.name.contains(".gate.") || parameter.name.contains(".controller.")
            parameter.setProductPrecision(chooses ? .float32 : precision)
        }
    }
}
