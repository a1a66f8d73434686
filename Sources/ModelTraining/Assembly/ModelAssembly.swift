import Checkpoints
import Foundation
import Imaging
import JSONText
import TensorEngine
import TextTokens
import VisionLanguage

/// A model put together of parts, before it is written as a folder that everything loads.
///
///     let assembly = try ModelAssembly(recipe.parts, seed: 1)
///     try assembly.write(to: "base")            // config.json, model.safetensors, tokenizer, pre-processing
///     let folder = try ModelFolder(path: "base")
///
/// With a language model the folder is one of ours that writes (`model_type` `lorgnette`); without one it compares pictures
/// with texts, and is what stage 1 trains.
package struct ModelAssembly: Sendable {
    private let parts: ModelParts
    private let config: JSONValue
    private let parameters: [Parameter]
    /// The language model's weights as they are stored.
    private let decoder: CheckpointFolder?
    private let files: AssemblyFiles
    /// Width of the querying transformer.
    package let bridgeWidth: Int

    /// Puts the parts together; new weights are drawn from `seed`, each by its own name.
    ///
    /// - Throws: `TrainingError` with the first part that cannot be used.
    package init(_ parts: ModelParts, seed: UInt64) throws(TrainingError) {
        self.parts = parts
        let source = parts.from.isEmpty ? nil : try Self.config(parts.from)
        if let source { try Self.requireQueryTransformer(source, parts.from) }
        let encoder = try EncoderPart(parts)
        let tokenizers = try AssemblyTokenizers(parts, source: source)
        let sizes = try PartsConfig(
            parts, source: source?.object, encoder: encoder?.config, words: tokenizers.bridgeWords)
        files = try AssemblyFiles(parts, tokenizers: tokenizers, vision: sizes.vision)
        bridgeWidth = sizes.bridge["hidden_size"]?.integer ?? 768
        let text = parts.languageModel.isEmpty ? nil : try TextPart(parts.languageModel, tokenizers.main)
        let spelled = Self.config(sizes, text: text, imageID: tokenizers.imageID)
        config = spelled
        decoder = text?.weights
        do throws(ModelFolderError) {
            let from: CheckpointParameters?
            if let source { from = try Self.weights(parts.from, source) } else { from = nil }
            let parameterSource = PartsSource(
                from: from, encoder: encoder?.weights, drawn: RandomParameters(seed: seed),
                projectionScale: (text?.embeddingSize ?? 1) / (0.02 * Float(bridgeWidth).squareRoot()),
                bridgeScale: 1 / (0.02 * Float(bridgeWidth).squareRoot()))
            let scope = ParameterScope(parameterSource)
            let config = try ConfigError.asModelError { () throws(ConfigError) in
                try ConfigObject(bytes: Array(spelled.text.utf8), file: "parts")
            }
            try ConfigError.asModelError { () throws(ConfigError) in
                if text == nil {
                    _ = FirstStageModel(try MatchingConfiguration(config), in: scope)
                } else {
                    try BLIP2Configuration(config).makeEncoderAndBridge(in: scope)
                }
            }
            do { try parameterSource.check() } catch { throw ModelFolderError.checkpoint(error) }
            parameters = scope.parameters
        } catch { throw .model(error) }
    }

    /// Writes the folder at `target`, which must exist.
    package func write(to target: String) throws(CheckpointError) {
        var items = parameters.map { parameter in
            SafetensorsItem(parameter.name, parameter.tensor.detached.converted32())
        }
        for entry in decoder?.entries ?? [] {
            guard let file = decoder?.file(of: entry.name) else { continue }
            items.append(
                SafetensorsItem(
                    "language_model." + entry.name, type: entry.type, shape: entry.shape, bytes: file.bytes(of: entry)))
        }
        try SafetensorsWriter().write(items, inFolder: target)
        try files.write(to: target)
        // Last: a folder with a config is whole.
        try AtomicFile.write(Array((config.text + "\n").utf8), to: target + "/config.json")
    }

    private static func config(
        _ sizes: PartsConfig, text: TextPart?, imageID: Int?
    ) -> JSONValue {
        let architecture = text == nil ? MatchingConfiguration.architecture : "LorgnetteForConditionalGeneration"
        var members: [(key: String, value: JSONValue)] = [
            ("architectures", .array([.string(architecture)])), ("model_type", .string("lorgnette")),
            ("num_query_tokens", .integer(sizes.queries)), ("image_text_hidden_size", .integer(sizes.sharedWidth)),
        ]
        if text != nil, let imageID { members.append(("image_token_index", .integer(imageID))) }
        members += [("vision_config", .object(sizes.vision)), ("qformer_config", .object(sizes.bridge))]
        if let text { members.append(("text_config", .object(text.config))) }
        return .object(members)
    }

    private static func config(_ folder: String) throws(TrainingError) -> ConfigObject {
        do { return try ModelFolder.config(at: folder) } catch { throw .model(error) }
    }

    /// Throws where a folder's bridge is none that another model can begin with.
    private static func requireQueryTransformer(_ config: ConfigObject, _ folder: String) throws(TrainingError) {
        let design: BridgeDesign?
        do { design = try BridgeDesign(config) } catch { throw .model(.config(error)) }
        guard design?.kind ?? .qformer == .qformer else {
            throw .recipe(
                file: "recipe", key: "parts.from", problem: "\(folder) has no querying transformer to begin with")
        }
    }

    /// The weights of the model folder `path`, of either stage, by the paths of its parameters.
    private static func weights(_ path: String, _ config: ConfigObject) throws(ModelFolderError) -> CheckpointParameters
    {
        let rules = try ConfigError.asModelError { () throws(ConfigError) in
            try MatchingConfiguration.describes(config)
                ? try MatchingConfiguration(config).stageRules : try BLIP2Configuration(config).rules
        }
        do { return CheckpointParameters(try CheckpointFolder(path: path), rules: rules) } catch {
            throw .checkpoint(error)
        }
    }
}

extension BLIP2Configuration {
    /// Everything before the language model, its parameters taken from `scope`.
    fileprivate func makeEncoderAndBridge(in scope: ParameterScope) {
        _ = vision.makeEncoder(in: scope / "vision_model")
        _ = makeBridge(in: scope)
    }
}

extension ConfigError {
    /// The result of `body`, its error as that of a model folder.
    static func asModelError<Result>(
        _ body: () throws(ConfigError) -> Result
    ) throws(ModelFolderError) -> Result {
        do { return try body() } catch { throw .config(error) }
    }
}
