import Checkpoints
import NeuralLayers
import TensorEngine

/// What the `config.json` of a `blip-2`, `instructblip` or `lorgnette` folder describes.
///
/// A `lorgnette` folder is one of ours: laid out as the others, with any vision encoder (`vision_config.model_type`) and any
/// language model (`text_config.model_type`); with `qformer_config.use_qformer_text_input` its bridge reads the prompt as
/// InstructBLIP's does.
package struct BLIP2Configuration: Sendable, Equatable {
    package var vision: VisionEncoderKind
    package var queryTransformer: QueryTransformerConfiguration
    package var text: LanguageModelKind
    /// Query tokens a picture.
    package var queries: Int
    /// The id that stands for an image token among ids, where the checkpoint has one.
    package var imageTokenID: Int?
    /// The ids that the text config names.
    package var beginID: Int?
    package var endIDs: Set<Int>
    /// What stands between vision encoder and language model, and inside the latter; a folder of ours may say another than
    /// BLIP-2's (`bridge_config`, `adapter_config`), and a bridge folder may bring one.
    package var design = BridgeDesign()

    /// A model of these parts.
    package init(
        vision: some VisionEncoderConfiguration, queryTransformer: QueryTransformerConfiguration,
        text: LanguageModelKind, queries: Int, imageTokenID: Int?
    ) {
        self.vision = VisionEncoderKind(vision)
        self.queryTransformer = queryTransformer
        self.text = text
        self.queries = queries
        self.imageTokenID = imageTokenID
        endIDs = []
    }

    /// The `model_type`s that can be read.
    package static var supported: [String] { Family.allCases.map(\.rawValue) }

    /// Whose layout a folder has.
    private enum Family: String, CaseIterable {
        case blip2 = "blip-2"
        case instructBLIP = "instructblip"
        case lorgnette
    }

    /// Reads a `config.json` whose `model_type` is `blip-2`, `instructblip` or `lorgnette`.
    package init(_ config: ConfigObject) throws(ConfigError) {
        let type = try config.string("model_type", default: Family.blip2.rawValue)
        guard let family = Family(rawValue: type) else {
            throw config.unsupported("model_type", found: type, supported: Self.supported)
        }
        try config.requireReadableWeights()
        let visionConfig = try config.objectOrDefaults("vision_config")
        vision =
            family == .lorgnette
            ? try VisionEncoderKind(visionConfig) : VisionEncoderKind(try BLIP2VisionConfiguration(visionConfig))
        let bridge = try config.objectOrDefaults("qformer_config")
        var sizes = try QueryTransformerConfiguration(bridge)
        if family == .instructBLIP || family == .lorgnette && sizes.hasText { sizes = sizes.readingInstructions() }
        queryTransformer = sizes
        let textConfig = try config.objectOrDefaults("text_config")
        text = try LanguageModelKind(textConfig)
        queries = try config.integer("num_query_tokens", default: 32)
        imageTokenID = try config.optionalInteger("image_token_index")
        if imageTokenID == nil { imageTokenID = try config.optionalInteger("image_token_id") }
        beginID = try textConfig.optionalInteger("bos_token_id")
        let ends = try textConfig.optionalIntegers("eos_token_id")
        endIDs = Set(ends ?? [])
        if family == .lorgnette, let own = try BridgeDesign(config) { design = own }
        if design.adapters.isOn, text.isEncoderDecoder {
            throw config.unsupported(
                BridgeDesign.adaptersKey, found: "adapters", supported: ["none inside an encoder–decoder"])
        }
        guard design.kind == .qformer else { return }
        try bridge.require(
            queryTransformer.featureWidth == vision.width, "encoder_hidden_size",
            "vision_config's hidden_size \(vision.width)")
    }

    /// The prompts of a folder that does not say.
    package var prompts: PromptTemplates {
        if readsInstructions { return .instructBLIP }
        return text.isEncoderDecoder ? .blip2EncoderDecoder : .blip2
    }

    /// Whether the bridge reads the prompt beside the picture.
    package var readsInstructions: Bool { design.kind == .qformer && queryTransformer.readsText }

    /// How names in the file become parameter paths.
    package var rules: CheckpointRules {
        let replaced = design.kind == .qformer ? [] : ["qformer.*", "query_tokens", "language_projection.*"]
        return LAVISNames.rules(readsInstructions ? .instructed : .plain) + [
            .ignore("*.position_ids", because: "counted, not learned"),
            .ignore("*.embeddings.position_ids", because: "counted, not learned"),
        ]
            + CheckpointRules(
                replaced.map { .ignore(NamePattern($0), because: "another bridge stands in its place") })
            + vision.rules(prefix: "vision_model.") + text.rules(prefix: "language_model.")
    }

    /// The model, its parameters taken from `scope`.
    package func makeModel(in scope: ParameterScope) -> VisionLanguageModel {
        let encoder = vision.makeEncoder(in: scope / "vision_model")
        let bridge = makeBridge(in: scope)
        let decoder = text.makeDecoder(in: scope / "language_model")
            .adapted(by: design.adapters, in: scope / BridgeDesign.adapterPlace)
        return VisionLanguageModel(
            visionEncoder: encoder, bridge: bridge, decoder: decoder, imageTokenID: imageTokenID,
            parameters: scope.parameters)
    }
}
