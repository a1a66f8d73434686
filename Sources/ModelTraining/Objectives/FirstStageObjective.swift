import Checkpoints
import Foundation
import Imaging
import InterleavedData
import JSONText
import TensorEngine
import VisionLanguage

/// BLIP-2's first stage: pictures and texts are compared, matched, and texts written about pictures.
struct FirstStageObjective: TrainingObjective {
    private let folder: FirstStageFolder
    private let recipe: FinetuneRecipe
    private let texts: FirstStageTexts

    /// The folder `base`, one that compares pictures with texts.
    init(_ recipe: FinetuneRecipe, base: String, _ mixture: TrainingMixture) throws(TrainingError) {
        do { folder = try FirstStageFolder(path: base, seed: UInt64(recipe.seed)) } catch { throw .model(error) }
        self.recipe = recipe
        texts = FirstStageTexts(folder, recipe, mixture)
    }

    let title = "The first stage"
    let places: [(name: String, prefixes: [String])] = [
        ("vision encoder", ["vision_model."]), ("querying transformer", ["qformer.", "query_tokens"]),
        ("words", ["embeddings."]),
        ("heads", ["vision_projection.", "text_projection.", "itm_head.", "cls.", "temperature"]),
    ]
    let product = (folder: "model", lastFile: "config.json")
    var parameters: [Parameter] { folder.model.parameters }
    var processor: ImageProcessor { folder.processor }
    var bridgeWidth: Int { folder.configuration.queryTransformer.width }

    func drawBridge(seed: UInt64) {
        let scope = ParameterScope(DrawnWhereMissing(stored: [], seed: seed))
        let drawn = FirstStageModel(folder.configuration, in: scope)
        drawn.parameters.filter { !$0.name.hasPrefix("vision_model.") }.replaceValues(of: parameters)
    }

    func refusal(of draw: PairDraw) -> String? { texts.refusal(of: draw) }

    func settle() { folder.model.boundTemperature() }

    func gradients(of loaded: LoadedStep, for parameters: [Parameter]) throws(TrainingError) -> StepGradients {
        let batch = try texts.batch(loaded)
        var generator = SeededGenerator(seed: UInt64(recipe.seed), stream: "negatives \(loaded.step)")
        let losses = folder.model.losses(batch, settings: recipe.firstStage, using: &generator)
        let total = losses.total(recipe.firstStage)
        let facts = losses.facts + [("temperature", Double(folder.model.temperature.tensor.scalar))]
        return StepGradients(
            loss: Double(total.scalar), facts: facts, gradients: GradientSum(total.gradients(), of: parameters),
            labels: batch.labelCount, tokens: batch.tokenCount)
    }

    func dev(_ records: [PairRecord]) throws(TrainingError) -> any DevLooking {
        try FirstStageDev(folder, texts, records: records, recipe)
    }

    /// A whole folder: `match` compares with it, and a second stage's `parts.from` begins with it.
    func write(
        _ weights: [(name: String, value: Tensor)], base: BaseFingerprint, facts: [(key: String, value: JSONValue)],
        to target: String
    ) throws(CheckpointError) {
        let trained = Dictionary(weights.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let items = parameters.map { parameter in
            SafetensorsItem(parameter.name, (trained[parameter.name] ?? parameter.tensor.detached).converted32())
        }
        try SafetensorsWriter().write(items, inFolder: target)
        let record = JSONValue.object([("format", .integer(1)), ("base", base.json)] + facts)
        try AtomicFile.write(Array((record.text + "\n").utf8), to: target + "/stage1.json")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.sorted() ?? [] {
            guard !name.hasPrefix("."), !name.contains(".safetensors"), name != product.lastFile,
                let data = FileManager.default.contents(atPath: folder.path + "/" + name)
            else { continue }
            try AtomicFile.write(Array(data), to: target + "/" + name)
        }
        let config = FileManager.default.contents(atPath: folder.path + "/" + product.lastFile) ?? Data()
        try AtomicFile.write(Array(config), to: target + "/" + product.lastFile)
    }
}

extension FirstStageLosses {
    /// Each loss by its name in the log.
    var facts: [(key: String, value: Double)] {
        [("itc_loss", Double(compare.scalar))] + (match.map { [("itm_loss", Double($0.scalar))] } ?? [])
            + (write.map { [("itg_loss", Double($0.scalar))] } ?? [])
    }
}
