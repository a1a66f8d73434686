import Checkpoints
import Foundation
import Imaging
import TensorEngine
import TextTokens

/// A vision–language model with all that a folder in Hugging Face's layout says about using it.
package struct ModelFolder: Sendable {
    /// Where it was read from.
    package let path: String
    /// The sizes.
    package let configuration: BLIP2Configuration
    /// The layers and their weights.
    package let model: VisionLanguageModel
    /// Text to ids and back.
    package let tokenizer: TextTokenizer
    /// Text to what the bridge reads; nil where it reads none.
    package let bridgeTokenizer: BridgeTokenizer?
    /// Pictures to pixels.
    package let processor: ImageProcessor
    /// What is said before an answer where the caller says nothing.
    package let prompts: PromptTemplates
    /// How probably answers are right; nil where the folder carries no calibration.
    package let confidence: ConfidenceEstimator?

    /// Reads the folder at `path`; weights are mapped, and converted where `weights` asks for another type.
    ///
    /// - Parameters:
    ///   - bridge: a finetuned bridge to lay over the model's own, which must have been trained against this folder.
    ///   - new: a bridge or adapters to be trained, whose weights are drawn.
    /// - Throws: `ModelFolderError` with the first part that cannot be used; of the weights, everything that does not fit.
    package init(
        path: String, bridge: String? = nil, new: NewBridge? = nil, weights: WeightType = .auto
    ) throws(ModelFolderError) {
        self.path = path
        let config = try Self.config(at: path)
        let overlay: BridgeFolder? = if let bridge { try BridgeFolder(path: bridge) } else { nil }
        do {
            configuration = try BLIP2Configuration(config).with(overlay, new: new)
            var prompts = try PromptTemplates(folder: path, fallback: configuration.prompts)
            if let bridge { prompts = try PromptTemplates(folder: bridge, fallback: prompts) }
            self.prompts = prompts
        } catch { throw .config(error) }
        do { tokenizer = try TextTokenizer(folder: URL(filePath: path, directoryHint: .isDirectory)) } catch {
            throw .tokenizer(error)
        }
        bridgeTokenizer =
            configuration.readsInstructions
            ? try BridgeTokenizer(folder: path + "/" + BridgeTokenizer.folderName, for: configuration.queryTransformer)
            : nil
        do { processor = try ImageProcessor(modelFolder: path, fallback: .blip) } catch { throw .processor(error) }
        try configuration.checkPatches(from: processor, folder: path)
        let folder: CheckpointFolder
        do { folder = try CheckpointFolder(path: path) } catch { throw .checkpoint(error) }
        try overlay?.check(against: folder, path: path)
        confidence = try ConfidenceEstimator(path: path, weights: folder, hasBridge: overlay != nil || new != nil)
        do {
            let source = CheckpointParameters(
                folder, overlay: overlay?.weights, rules: configuration.rules, holding: weights)
            let scope =
                new.map { ParameterScope(PartlyDrawnParameters(source, seed: $0.seed)) } ?? ParameterScope(source)
            model = configuration.makeModel(in: scope)
            try source.finish()
        } catch { throw .checkpoint(error) }
    }

    /// The `config.json` of the model folder at `path`.
    ///
    /// - Throws: where there is no such folder, or no such file in it, or the file is no JSON object.
    package static func config(at path: String) throws(ModelFolderError) -> ConfigObject {
        guard let kind = try? FileManager.default.attributesOfItem(atPath: path + "/.")[.type] as? FileAttributeType,
            kind == .typeDirectory
        else { throw FileManager.default.fileExists(atPath: path) ? .notAFolder(path) : .missingFolder(path) }
        do { return try ConfigObject(path: path + "/config.json") } catch { throw .config(error) }
    }

    /// The ids of a prompt: special tokens as the tokenizer adds them; without a prompt, the start token alone (what an
    /// encoder reads, which has no start token, just ends).
    ///
    /// - Parameter isLaidOut: whether the prompt holds its special tokens already (chat templates write them).
    /// - Throws: where an id has no embedding, or the prompt leaves no room in the model's context.
    package func promptIDs(_ prompt: String?, isLaidOut: Bool = false) throws(ModelFolderError) -> [Int] {
        guard let prompt, !prompt.isEmpty || isEncoderDecoder else {
            return try isEncoderDecoder ? promptIDs("") : checked(configuration.beginID.map { [$0] } ?? [])
        }
        return try checked(tokenizer.encode(prompt, addingSpecialTokens: !isLaidOut))
    }

    /// What the bridge reads of a prompt; nil where it reads no text.
    package func instruction(_ prompt: String?) throws(ModelFolderError) -> BridgeText? {
        try bridgeTokenizer?.text(prompt ?? "")
    }

    /// The ids of a text that follows a prompt, without special tokens: one space before it where both are one sequence.
    package func continuationIDs(_ text: String) throws(ModelFolderError) -> [Int] {
        try checked(tokenizer.encode(isEncoderDecoder ? text : " " + text, addingSpecialTokens: false))
    }

    /// The ids of a text alone, without special tokens but those that it spells out.
    package func plainIDs(_ text: String) throws(ModelFolderError) -> [Int] {
        try checked(tokenizer.encode(text, addingSpecialTokens: false))
    }

    private var isEncoderDecoder: Bool { configuration.text.isEncoderDecoder }

    private func checked(_ ids: [Int]) throws(ModelFolderError) -> [Int] {
        if let stray = ids.first(where: { $0 < 0 || $0 >= model.decoder.vocabularySize }) {
            throw .idWithoutEmbedding(folder: path, id: stray, vocabulary: model.decoder.vocabularySize)
        }
        return ids
    }

    /// How many tokens may follow `used` ones; nil for no limit.
    package func room(after used: Int) -> Int? { model.decoder.contextLength.map { $0 - used } }
}

/// Why a model folder, or a prompt for it, cannot be used.
package enum ModelFolderError: Error, Sendable, CustomStringConvertible {
    case missingFolder(String)
    case notAFolder(String)
    case config(ConfigError)
    case tokenizer(TokenizerError)
    case processor(ImageProcessorError)
    case missingBridge(String)
    case wrongBase(bridge: String, base: String, parts: [String])
    case strayBridgeTensors(bridge: String, names: [String])
    case checkpoint(CheckpointError)
    case idWithoutEmbedding(folder: String, id: Int, vocabulary: Int)
    case promptTooLong(tokens: Int, limit: Int)
    case bridgeTextTooLong(tokens: Int, limit: Int)
    case notARetrievalModel(folder: String)
    case noBridgeToReplace(bridge: String, base: String)
    case notExportable(bridge: String, design: BridgeDesign)
    case otherPatches(folder: String, expected: Int)
    case noWritingToken(folder: String)
    case quantisedAlready(folder: String)
    case nothingToQuantise(folder: String, type: String)

    /// Whether something that was named does not exist.
    package var isMissingInput: Bool {
        switch self {
        case .missingFolder, .missingBridge: true
        case .config(let error): error.problem == .missingFile
        case .checkpoint(.fileMissing): true
        default: false
        }
    }

    /// Whether the system could not read something that is there.
    package var isReadFailure: Bool {
        if case .config(let error) = self, case .unreadableFile = error.problem { true } else { false }
    }

    /// What, where, and what to do.
    package var description: String {
        switch self {
        case .missingFolder(let path): "\(path): no such model folder"
        case .notAFolder(let path): "\(path): not a folder; a model is a folder with config.json and weights"
        case .config(let error): error.description
        case .tokenizer(let error): "\(error)"
        case .processor(let error): error.description
        case .checkpoint(let error): "\(error)"
        case .missingBridge(let path): "\(path): no such bridge folder"
        case .wrongBase(let bridge, let base, let parts):
            "\(bridge): this bridge was trained against another model than \(base): different "
                + "\(parts.joined(separator: ", ")): give -m the model it was trained with"
        case .strayBridgeTensors(let bridge, let names):
            "\(bridge): tensors that are no part of the model's bridge or vision encoder: "
                + names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
        case .idWithoutEmbedding(let folder, let id, let vocabulary):
            "\(folder): id \(id) has no embedding, the model has \(vocabulary): config, tokenizer and weights do not "
                + "belong together"
        case .promptTooLong(let tokens, let limit):
            "pictures and prompt are \(tokens) tokens, the model takes \(limit): shorten the prompt"
        case .bridgeTextTooLong(let tokens, let limit):
            "the text is \(tokens) tokens, the model's bridge reads \(limit): shorten the text"
        case .notARetrievalModel(let folder):
            "\(folder): has no heads that compare pictures with texts; match wants a Blip2ForImageTextRetrieval folder"
        case .notExportable(let bridge, let design):
            "\(bridge): transformers' Blip2ForConditionalGeneration has no \(design.foreignParts): "
                + "use the bridge with --bridge, or finetune a qformer without adapters"
        case .otherPatches(let folder, let expected):
            "\(folder): its pre-processing does not make pictures of \(expected)×\(expected) pixels, and a linear or mlp "
                + "bridge makes one image token a patch: give preprocessor_config.json that size, or take another bridge"
        case .noWritingToken(let folder):
            "\(folder): qformer_config names no bos_token_id, the token [DEC] that begins a text to be written: give it an id "
                + "that no word has, or let a recipe's parts.from make a folder with one"
        case .quantisedAlready(let folder):
            "\(folder): its weights are quantised already, and what was rounded away is gone: give the folder it was made of"
        case .nothingToQuantise(let folder, let type):
            "\(folder): none of its matrices has rows of whole blocks of 32, so nothing can be held as \(type)"
        case .noBridgeToReplace(let bridge, let base):
            "\(bridge): a bridge is laid over a model that writes, and \(base) is none: leave --bridge out"
        }
    }
}
