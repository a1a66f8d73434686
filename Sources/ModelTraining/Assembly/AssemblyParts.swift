import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TextTokens
import VisionLanguage

/// The vision encoder that a recipe takes from a folder of its own.
struct EncoderPart {
    /// What stands in the folder's config, its type spelled out.
    let config: JSONObject
    /// Its weights, paths without a prefix.
    let weights: CheckpointParameters

    /// The encoder in `parts.vision.folder`; nil where the recipe names none.
    init?(_ parts: ModelParts) throws(TrainingError) {
        guard case .text(let folder)? = parts.vision["folder"] else { return nil }
        do throws(ModelFolderError) {
            let config = try ModelFolder.config(at: folder)
            let kind = try ConfigError.asModelError { () throws(ConfigError) in
                guard let kind = try VisionEncoderKind.alone(config) else {
                    throw config.unsupported(
                        "model_type", found: config.value("model_type")?.text ?? "nothing",
                        supported: VisionEncoderKind.supported)
                }
                return kind
            }
            let inner = config.value("vision_config")?.object ?? config.object
            self.config = JSONObject(
                inner.members.filter { $0.key != "model_type" } + [("model_type", .string(kind.modelType))])
            do { weights = CheckpointParameters(try CheckpointFolder(path: folder), rules: kind.rulesAlone) } catch {
                throw .checkpoint(error)
            }
        } catch { throw .model(error) }
    }
}

/// The language model of a recipe.
struct TextPart {
    /// Its config, with start and end token.
    let config: JSONObject
    /// Its weights as they are stored.
    let weights: CheckpointFolder
    /// Root mean square of its token embeddings: the size that image embeddings begin with.
    let embeddingSize: Float

    /// The language model in `folder`.
    init(_ folder: String, _ tokenizer: TextTokenizer) throws(TrainingError) {
        do throws(ModelFolderError) {
            let read = try LanguageModelFolder(path: folder)
            let config = try ModelFolder.config(at: folder).object
            var members = config.members
            let ids = [("bos_token_id", tokenizer.beginningOfSentence), ("eos_token_id", tokenizer.endOfSentence)]
            for case (let key, let id?) in ids where config[key]?.isNull ?? true {
                members = members.filter { $0.key != key } + [(key, .integer(id))]
            }
            self.config = JSONObject(members)
            do { weights = try CheckpointFolder(path: folder) } catch { throw .checkpoint(error) }
            let rows = read.model.embeddings(of: Array(0..<min(4_096, read.model.vocabularySize)))
            embeddingSize = Float((rows.sumOfSquares / Double(rows.count)).squareRoot())
        } catch { throw .model(error) }
    }
}

/// The tokenizers of a new model: the language model's, and that of the bridge's text side.
struct AssemblyTokenizers {
    /// The folder that the model's own tokenizer is copied from.
    let mainFolder: String
    /// The folder that the bridge's is copied from.
    let bridgeFolder: String
    /// Text to ids of the language model; of the bridge where there is none.
    let main: TextTokenizer
    /// Ids of the bridge's tokenizer.
    let bridgeWords: Int

    init(_ parts: ModelParts, source: ConfigObject?) throws(TrainingError) {
        var bridge = parts.tokenizer
        if bridge.isEmpty, source != nil {
            let own = parts.from + "/" + BridgeTokenizer.folderName
            bridge = FileManager.default.fileExists(atPath: own) ? own : parts.from
        }
        if bridge.isEmpty { bridge = parts.languageModel }
        guard !bridge.isEmpty else {
            throw .recipe(
                file: "recipe", key: "parts.tokenizer",
                problem: "is missing: name the folder of the tokenizer that texts are read by")
        }
        bridgeFolder = bridge
        mainFolder = parts.languageModel.isEmpty ? bridge : parts.languageModel
        do throws(TokenizerError) {
            main = try TextTokenizer(folder: URL(filePath: mainFolder, directoryHint: .isDirectory))
            bridgeWords = try TextTokenizer(folder: URL(filePath: bridgeFolder, directoryHint: .isDirectory))
                .identifierEnd
        } catch { throw .model(.tokenizer(error)) }
    }

    /// The id that stands for an image token, where the tokenizer has one.
    var imageID: Int? { main.id(of: "<image>") }
}
