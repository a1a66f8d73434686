import Checkpoints
import Imaging
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// A model folder as evaluation sees it.
package struct FolderModel: EvaluatedModel {
    /// A picture as the decoder sees it.
    package struct Sight: Sendable {
        /// `[queries, decoderWidth]`; where the bridge reads the prompt too, those of an empty one.
        let embeddings: Tensor
        /// What the bridge looks at again with each prompt; nil where it reads none.
        let features: ImageFeatures?
        /// How it stands to the pictures that the model learned from; nil where the model does not say.
        let standing: PictureStanding?
    }

    /// What is taken away from the model, to see what its score is worth.
    package enum Ablation: String, Sendable, CaseIterable {
        /// What the bridge reads out of a picture is set to zero before it is projected: as many image tokens as ever, each the
        /// projection's bias, and nothing of the picture in them.
        case queries
    }

    package private(set) var identity: ModelIdentity
    package let decoding: GenerationOptions
    let folder: ModelFolder
    /// What is taken away; nil for nothing.
    package private(set) var ablation: Ablation?

    package var prompts: PromptTemplates { folder.prompts }
    package var startIDs: [Int] { (try? folder.promptIDs(nil)) ?? [] }
    package let contextLength: Int?
    /// Whether pictures and prompt are read by an encoder.
    package var isEncoderDecoder: Bool { folder.configuration.text.isEncoderDecoder }

    /// The model of that folder.
    package init(folder: ModelFolder, identity: ModelIdentity, decoding: GenerationOptions) {
        self.folder = folder
        var identity = identity
        identity.imageProcessor = folder.processor.configuration.json
        self.identity = identity
        self.decoding = decoding
        contextLength = folder.room(after: 0) ?? Self.statedContext(folder.path)
    }

    /// The same model without that.
    package func ablated(_ ablation: Ablation?) -> FolderModel {
        var model = self
        model.ablation = ablation
        model.identity.ablated = ablation?.rawValue
        return model
    }

    /// `max_position_embeddings` of the text config, where position embeddings are computed and have no end of their own.
    private static func statedContext(_ path: String) -> Int? {
        guard let config = try? ConfigObject(path: path + "/config.json"),
            let text = try? config.objectOrDefaults("text_config")
        else { return nil }
        return (try? text.optionalInteger("max_position_embeddings")) ?? nil
    }

    /// Reads the folder at `path`.
    ///
    /// - Throws: `ModelFolderError` with the first part that cannot be used.
    package init(path: String, weights: WeightType = .auto) throws(ModelFolderError) {
        let folder = try ModelFolder(path: path, weights: weights)
        let decoding: GenerationOptions
        do {
            decoding = try GenerationOptions(folder: path, endTokens: folder.configuration.endIDs)
        } catch { throw .config(error) }
        let identity: ModelIdentity
        do {
            identity = try ModelIdentity(folder: path, weightType: "\(weights)")
        } catch { throw .checkpoint(error) }
        self.init(folder: folder, identity: identity, decoding: decoding)
    }

    package func look(at picture: Bitmap) throws(ModelUseError) -> Sight {
        let pixels: PixelBatch
        do { pixels = try folder.processor.process(picture) } catch { throw .picture(error) }
        let model = folder.model
        let features = model.features(of: pixels.tensor)
        return Sight(
            embeddings: try embeddings(of: features, prompt: nil),
            features: folder.bridgeTokenizer == nil ? nil : features,
            standing: folder.confidence?.standing(of: features))
    }

    /// What the vision encoder makes of a picture, as one vector.
    func pooledFeatures(of picture: Bitmap) throws(ModelUseError) -> [Float] {
        let pixels: PixelBatch
        do { pixels = try folder.processor.process(picture) } catch { throw .picture(error) }
        return folder.model.features(of: pixels.tensor).pooled(hasClassToken: hasClassToken)
    }

    /// Whether the vision encoder makes a token that stands for the whole picture.
    var hasClassToken: Bool { folder.configuration.vision.leadingTokens > 0 }

    /// Features as the decoder sees them after the bridge read `prompt` beside them, `[queries, decoderWidth]`.
    func embeddings(of features: ImageFeatures, prompt: String?) throws(ModelUseError) -> Tensor {
        let instruction: BridgeText?
        do { instruction = try folder.instruction(prompt) } catch { throw .folder(error) }
        let queries = folder.model.queryTokens(of: features, instruction: instruction)
        guard ablation != .queries else {
            return folder.model.embeddings(of: QueryTokens(Tensor(repeating: 0, queries.tensor.shape)))[0]
        }
        return folder.model.embeddings(of: queries)[0]
    }

    package func byteCount(of sight: Sight) -> Int {
        (sight.embeddings.count + (sight.features?.tensor.count ?? 0)) * MemoryLayout<Float>.size
    }

    /// The mean over the query tokens.
    package func vector(of sight: Sight) -> [Float] {
        let (rows, width) = (sight.embeddings.shape[0], sight.embeddings.shape[1])
        let values = sight.embeddings.array
        return (0..<width).map { column in
            (0..<rows).reduce(Float(0)) { $0 + values[$1 * width + column] } / Float(rows)
        }
    }

    package func ids(of text: String) throws(ModelUseError) -> [Int] {
        let ids = folder.tokenizer.encode(text, addingSpecialTokens: false)
        if let stray = ids.first(where: { $0 < 0 || $0 >= folder.model.decoder.vocabularySize }) {
            throw .folder(
                .idWithoutEmbedding(folder: folder.path, id: stray, vocabulary: folder.model.decoder.vocabularySize))
        }
        return ids
    }

    package func logProbabilities(of ids: [Int], after context: [Int]) -> [Double] {
        guard !ids.isEmpty else { return [] }
        let model = folder.model.textModel
        let logits = model.logits(after: model.prefix(of: []), prompt: context, continuation: ids)
        return Self.logProbabilities(of: ids, logits: logits)
    }

    /// - Parameter logits: `[ids, vocabulary]`
    static func logProbabilities(of ids: [Int], logits: Tensor) -> [Double] {
        ids.enumerated().map { index, id in
            Double(TextGenerator.logProbability(of: id, in: logits.element(index).array))
        }
    }
}
