import Checkpoints
import TensorEngine

/// A language model that a `config.json` describes: its architecture and sizes.
package enum LanguageModelKind: Sendable, Equatable {
    case opt(OPTConfiguration)
    case olmoe(OLMoEConfiguration)
    case lorgnette(LorgnetteDecoderConfiguration)

    /// The `model_type`s that can be read.
    package static let supported = ["opt", "olmoe", LorgnetteDecoderConfiguration.modelType]

    /// What a `text_config`, or the config of a language model alone, describes.
    package init(_ config: ConfigObject) throws(ConfigError) {
        let type = try config.string("model_type")
        switch type {
        case "opt": self = .opt(try OPTConfiguration(config))
        case "olmoe": self = .olmoe(try OLMoEConfiguration(config))
        case LorgnetteDecoderConfiguration.modelType: self = .lorgnette(try LorgnetteDecoderConfiguration(config))
        default: throw config.unsupported("model_type", found: type, supported: Self.supported)
        }
    }

    /// Width of the token embeddings.
    package var embeddingWidth: Int {
        switch self {
        case .opt(let configuration): configuration.embeddingWidth
        case .olmoe(let configuration): configuration.width
        case .lorgnette(let configuration): configuration.width
        }
    }

    /// The `model_type` of the config.
    package var modelType: String {
        switch self {
        case .opt: "opt"
        case .olmoe: "olmoe"
        case .lorgnette: LorgnetteDecoderConfiguration.modelType
        }
    }

    /// Weights that a single token does not touch: experts it is not sent to, units that are not chosen.
    package var inactiveParametersPerToken: Int {
        switch self {
        case .opt: 0
        case .olmoe(let configuration):
            configuration.layers * (configuration.experts - configuration.expertsPerToken) * 3 * configuration.width
                * configuration.hidden
        case .lorgnette(let configuration): configuration.cost.inactiveParameters
        }
    }

    /// The model, its parameters taken from `scope`.
    package func makeDecoder(in scope: ParameterScope) -> any TextDecoder {
        switch self {
        case .opt(let configuration): OPTDecoder(configuration, in: scope)
        case .olmoe(let configuration): OLMoEDecoder(configuration, in: scope)
        case .lorgnette(let configuration): LorgnetteDecoder(configuration, in: scope)
        }
    }

    /// How names in the file, below `prefix`, become parameter paths.
    package func rules(prefix: String) -> CheckpointRules {
        switch self {
        case .opt(let configuration):
            CheckpointRules(OPTConfiguration.rules(prefix: prefix, tiesEmbeddings: configuration.tiesEmbeddings))
        case .olmoe(let configuration):
            CheckpointRules(OLMoEConfiguration.rules(prefix: prefix, tiesEmbeddings: configuration.tiesEmbeddings))
        case .lorgnette(let configuration):
            CheckpointRules(
                LorgnetteDecoderConfiguration.rules(prefix: prefix, tiesEmbeddings: configuration.tiesEmbeddings))
        }
    }
}
