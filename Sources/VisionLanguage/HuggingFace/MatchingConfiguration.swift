import Checkpoints
import TensorEngine

/// What the `config.json` of a `Blip2ForImageTextRetrieval` folder describes.
package struct MatchingConfiguration: Sendable, Equatable {
    package var vision: VisionEncoderKind
    package var queryTransformer: QueryTransformerConfiguration
    /// Query tokens a picture.
    package var queries: Int
    /// Width of the space that pictures and texts share.
    package var sharedWidth: Int
    /// `[DEC]`, which begins a text to be written, among the querying transformer's words; nil where the config names none.
    package var writingID: Int?

    /// The name by which transformers tells these folders from those that write.
    package static let architecture = "Blip2ForImageTextRetrieval"

    /// A model of these parts.
    package init(
        vision: some VisionEncoderConfiguration, queryTransformer: QueryTransformerConfiguration, queries: Int,
        sharedWidth: Int
    ) {
        self.vision = VisionEncoderKind(vision)
        self.queryTransformer = queryTransformer.readingTexts()
        self.queries = queries
        self.sharedWidth = sharedWidth
    }

    /// Whether a config is of this kind.
    package static func describes(_ config: ConfigObject) throws(ConfigError) -> Bool {
        try config.optionalStrings("architectures")?.contains(architecture) ?? false
    }

    /// Reads such a config; the encoder is BLIP-2's but in folders of ours (`model_type` `lorgnette`), which say.
    package init(_ config: ConfigObject) throws(ConfigError) {
        let type = try config.string("model_type", default: "blip-2")
        let visionConfig = try config.objectOrDefaults("vision_config")
        switch type {
        case "blip-2": vision = VisionEncoderKind(try BLIP2VisionConfiguration(visionConfig))
        case "lorgnette": vision = try VisionEncoderKind(visionConfig)
        default: throw config.unsupported("model_type", found: type, supported: ["blip-2", "lorgnette"])
        }
        let bridge = try config.objectOrDefaults("qformer_config")
        queryTransformer = try QueryTransformerConfiguration(bridge).readingTexts()
        queries = try config.integer("num_query_tokens", default: 32)
        sharedWidth = try config.integer("image_text_hidden_size", default: 256)
        writingID = try bridge.optionalInteger("bos_token_id")
        try bridge.require(
            queryTransformer.featureWidth == vision.width, "encoder_hidden_size",
            "vision_config's hidden_size \(vision.width)")
        try bridge.require(
            (0..<queryTransformer.vocabularySize).contains(writingID ?? 0), "bos_token_id",
            "an id below vocab_size \(queryTransformer.vocabularySize)")
    }

    /// How names in the file become parameter paths.
    package var rules: CheckpointRules {
        LAVISNames.rules(.matching) + [
            .ignore("cls.*", because: "writes texts in the first stage of training"),
            .ignore("temperature", because: "scales similarities in the first stage of training"),
        ] + stageRules
    }

    /// The rules of a folder whose first stage of training goes on: with what writes texts, and the temperature.
    package var stageRules: CheckpointRules {
        LAVISNames.rules(.matching)
            + [.ignore("*.position_ids", because: "counted, not learned")] + vision.rules(prefix: "vision_model.")
    }
}
