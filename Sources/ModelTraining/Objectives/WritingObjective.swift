import Checkpoints
import Foundation
import Imaging
import InterleavedData
import JSONText
import NeuralLayers
import TensorEngine
import VisionLanguage

/// BLIP-2's second stage: the bridge learns to say to a frozen language model what it sees, through the loss of the text.
struct WritingObjective: TrainingObjective {
    let folder: ModelFolder
    let recipe: FinetuneRecipe
    private let texts: RowTexts
    /// What makes tokens of interleaved documents; nil where steps are made of pairs alone.
    let documentTexts: DocumentTexts?
    /// Where steps of documents come from; nil for pairs alone, and before the run has a folder.
    private(set) var mixture: DocumentMixture?
    private var data: FinetuneData
    /// Draws image tokens to the embeddings of tokens; nil where the recipe does not ask for it.
    private let alignment: EmbeddingAlignment?
    /// The names of what the bridge to start from brought.
    private let brought: Set<String>
    /// The features of the frozen vision encoder; nil where it is trained.
    private(set) var frozen: FrozenFeatures?

    /// The model folder `base` under the recipe's bridge.
    init(_ recipe: FinetuneRecipe, base: String, _ data: FinetuneData) throws(TrainingError) {
        do {
            folder = try ModelFolder(
                path: base, bridge: recipe.bridge.isEmpty ? nil : recipe.bridge, new: recipe.newBridge)
            brought =
                recipe.bridge.isEmpty ? [] : Set(try BridgeFolder(path: recipe.bridge).weights.entries.map(\.name))
        } catch { throw .model(error) }
        self.recipe = recipe
        self.data = data
        texts = try RowTexts(folder, recipe.text, alignment: recipe.alignment)
        let decoder = folder.model.decoder
        alignment =
            recipe.alignment.isOn
            ? EmbeddingAlignment(
                table: decoder.embeddings(of: Array(0..<decoder.vocabularySize)), sharpness: recipe.alignment.sharpness)
            : nil
        documentTexts =
            recipe.interleaved.isOn ? try DocumentTexts(folder, recipe.text, recipe.interleaved) : nil
        guard let documentTexts else { return }
        try self.data.documents.keepUsable(documentTexts)
        if documentTexts.keepsText {
            try DocumentMixture.checkText(recipe.interleaved, hasPairs: data.mixture != nil)
        }
    }

    mutating func prepare(in files: RunFolder, base: BaseFingerprint) throws(TrainingError) {
        if let documentTexts {
            mixture = try DocumentMixture(
                recipe, pairs: data.mixture, documents: data.documents, texts: documentTexts, files: files,
                model: folder.path)
        }
        guard recipe.train.part != .vision else { return }
        frozen = FrozenFeatures(
            folder.model,
            lookup: try .of(recipe, base: folder.path, files: files, fingerprint: base),
            batch: (recipe.batch + recipe.accumulation - 1) / recipe.accumulation)
    }

    let title = "Finetuning the bridge"
    let places: [(name: String, prefixes: [String])] = [
        ("vision encoder", ["vision_model."]), ("querying transformer", ["qformer.", "query_tokens"]),
        ("projection", ["language_projection."]), ("projector", ["multi_modal_projector."]),
        ("resampler", ["resampler."]), ("adapters", ["adapters."]), ("decoder", ["language_model."]),
    ]
    let product = (folder: "bridge", lastFile: BridgeFolder.recordName)
    var parameters: [Parameter] { folder.model.parameters }
    var processor: ImageProcessor { folder.processor }
    var bridgeWidth: Int { folder.configuration.queryWidth }
    var features: FeatureLookup? { frozen?.lookup }

    func drawBridge(seed: UInt64) {
        let scope = ParameterScope(RandomParameters(seed: seed))
        _ = folder.configuration.makeBridge(in: scope)
        scope.parameters.replaceValues(of: parameters)
    }

    func settle() {}

    func refusal(of draw: PairDraw) -> String? { texts.refusal(of: draw) }

    /// The rows of a step as they go through the model.
    private func batch(_ loaded: LoadedStep) throws(TrainingError) -> CaptioningBatch {
        var rows: [TokenRow] = []
        for example in loaded.examples {
            rows.append(
                try texts.tokens(
                    example.text, question: example.kind.question, row: example.recordID, caption: example.caption))
        }
        if let frozen {
            return CaptioningBatch(.features(try frozen.features(of: loaded)), rows: rows, for: folder.model)
        }
        do { return CaptioningBatch(pixels: try loaded.pixels().tensor, rows: rows, for: folder.model) } catch {
            throw .loading(error)
        }
    }

    /// Loss and gradients of a step, part by part.
    func gradients(of loaded: LoadedStep, for parameters: [Parameter]) throws(TrainingError) -> StepGradients {
        if let mixture { return try gradients(ofDocuments: loaded, mixture, for: parameters) }
        let batch = try batch(loaded)
        let (labels, meanings) = (batch.labelCount, batch.meaningCount)
        let size = (batch.lengths.count + recipe.accumulation - 1) / recipe.accumulation
        var sum = GradientSum()
        var (written, aligned) = (0.0, 0.0)
        for start in stride(from: 0, to: batch.lengths.count, by: size) {
            let end = min(batch.lengths.count, start + size)
            let part = start == 0 && end == batch.lengths.count ? batch : batch.rows(start..<end)
            let losses = folder.model.losses(part, alignment: alignment, labels: labels, meanings: meanings)
            var loss = losses.writing
            written += Double(loss.scalar)
            if let drawn = losses.alignment {
                aligned += Double(drawn.scalar)
                loss = loss + drawn.scaled(by: recipe.alignment.weight)
            }
            sum.add(loss.gradients(), of: parameters)
        }
        return StepGradients(
            loss: written + Double(recipe.alignment.weight) * aligned,
            facts: alignment == nil ? [] : [("writing_loss", written), ("alignment_loss", aligned)], gradients: sum,
            labels: labels, tokens: batch.tokenCount)
    }

    func dev(_ records: [PairRecord]) throws(TrainingError) -> any DevLooking {
        try DevEvaluation(
            folder, texts: texts, records: records, settings: recipe.dev, batch: recipe.batch,
            seed: UInt64(recipe.seed), frozen: frozen, documents: try devDocuments())
    }

    /// What looks at the dev splits of interleaved documents; nil where there are none.
    private func devDocuments() throws(TrainingError) -> DevDocuments? {
        guard let documentTexts else { return nil }
        return try DevDocuments(
            data.documents.dev, texts: documentTexts, folder: folder, settings: recipe, frozen: frozen)
    }

    func write(
        _ weights: [(name: String, value: Tensor)], base: BaseFingerprint, facts: [(key: String, value: JSONValue)],
        to target: String
    ) throws(CheckpointError) {
        let config = FileManager.default.contents(atPath: folder.path + "/config.json") ?? Data()
        try BridgeFolder.write(
            weights + untrained(weights), base: base, config: Array(config), design: folder.configuration.design,
            trained: weights.map(\.name), facts: facts, to: target)
        if let prompts { try AtomicFile.write(prompts, to: target + "/" + LorgnetteFiles.name) }
        // A finetuned bridge is made of the base's.
        for (name, bytes) in LorgnetteFiles.notices(of: folder.path) {
            try AtomicFile.write(bytes, to: target + "/" + name)
        }
    }

    /// Weights that were not trained and are not the base's: of a bridge whose projection alone was trained, say, or layers of
    /// the vision encoder that the bridge to start from brought.
    private func untrained(_ weights: [(name: String, value: Tensor)]) -> [(name: String, value: Tensor)] {
        let trained = Set(weights.map(\.name))
        let isNew = recipe.reinitialise || !recipe.bridge.isEmpty || !folder.configuration.design.isPlain
        return parameters.filter { parameter in
            !trained.contains(parameter.name)
                && (isNew && BridgeDesign.isBridge(parameter.name) || brought.contains(parameter.name))
        }.map { ($0.name, $0.tensor.detached.converted(to: .f32)) }
    }

    /// The `lorgnette.json` of a bridge that was trained with prompts of its own; nil where it was not.
    private var prompts: [UInt8]? {
        let text = recipe.text
        guard !text.captionPrompt.isEmpty || !text.askPrompt.isEmpty else { return nil }
        var members: [(key: String, value: JSONValue)] = []
        if !text.captionPrompt.isEmpty { members.append(("caption", .string(text.captionPrompt))) }
        if !text.askPrompt.isEmpty { members.append(("ask", .string(text.askPrompt))) }
        return Array((JSONValue.object([("prompts", .object(members))]).text + "\n").utf8)
    }
}

extension [Parameter] {
    /// Puts these values into the parameters of the same names.
    func replaceValues(of parameters: [Parameter]) {
        let values = Dictionary(map { ($0.name, $0.tensor.detached) }, uniquingKeysWith: { first, _ in first })
        for parameter in parameters { if let value = values[parameter.name] { parameter.set(value) } }
    }
}
