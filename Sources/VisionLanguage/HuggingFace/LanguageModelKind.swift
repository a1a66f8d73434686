import Checkpoints
import TensorEngine

/// A language model that a `config.json` describes, of whatever architecture.
package struct LanguageModelKind: Sendable, Equatable {
    /// Every architecture that can be read. One line each.
    private static let architectures: [any LanguageModelConfiguration.Type] = [
        OPTConfiguration.self,
        OLMoEConfiguration.self,
        LlamaConfiguration.self,
        MistralConfiguration.self,
        Qwen2Configuration.self,
        Qwen3Configuration.self,
        GPT2Configuration.self,
        MixtralConfiguration.self,
        Qwen2MoEConfiguration.self,
        Qwen3MoEConfiguration.self,
        GraniteMoEConfiguration.self,
        GraniteMoESharedConfiguration.self,
        DeepSeekV2Configuration.self,
        DeepSeekV3Configuration.self,
        PhiMoEConfiguration.self,
        GPTOSSConfiguration.self,
        T5Configuration.self,
        SwitchConfiguration.self,
        LorgnetteDecoderConfiguration.self,
    ]

    /// The sizes and choices.
    package let configuration: any LanguageModelConfiguration

    /// The `model_type`s that can be read.
    package static var supported: [String] { architectures.map { $0.modelType } }

    /// A language model of these sizes.
    package init(_ configuration: some LanguageModelConfiguration) { self.configuration = configuration }

    /// What a `text_config`, or the config of a language model alone, describes.
    package init(_ config: ConfigObject) throws(ConfigError) {
        let type = try config.string("model_type")
        guard let architecture = Self.architectures.first(where: { $0.modelType == type }) else {
            throw config.unsupported("model_type", found: type, supported: Self.supported)
        }
        try config.requireReadableWeights()
        configuration = try architecture.init(config)
    }

    /// Width of the token embeddings.
    package var embeddingWidth: Int { configuration.embeddingWidth }

    /// The `model_type` of the config.
    package var modelType: String { type(of: configuration).modelType }

    /// Whether it is an encoder with a decoder.
    package var isEncoderDecoder: Bool { type(of: configuration).isEncoderDecoder }

    /// Weights that a single token does not touch: experts it is not sent to, units that are not chosen.
    package var inactiveParametersPerToken: Int { configuration.inactiveParametersPerToken }

    /// The model, its parameters taken from `scope`.
    package func makeDecoder(in scope: ParameterScope) -> LanguageModel { configuration.makeLanguageModel(in: scope) }

    /// How names in the file, below `prefix`, become parameter paths.
    package func rules(prefix: String) -> CheckpointRules { CheckpointRules(configuration.rules(prefix: prefix)) }

    package static func == (a: LanguageModelKind, b: LanguageModelKind) -> Bool {
        a.configuration.isEqual(to: b.configuration)
    }
}

extension LanguageModelConfiguration {
    /// Whether `other` is of this architecture and has these sizes.
    fileprivate func isEqual(to other: any LanguageModelConfiguration) -> Bool {
        (other as? Self).map { $0 == self } ?? false
    }
}
