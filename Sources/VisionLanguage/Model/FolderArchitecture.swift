import Checkpoints
import TensorEngine

/// What a `config.json` describes, of whatever kind: the one place where a folder's kind is told.
package enum FolderArchitecture: Sendable {
    /// A vision encoder, a bridge and a language model.
    case whole(BLIP2Configuration)
    /// A vision encoder and a bridge that compares pictures with texts.
    case matching(MatchingConfiguration)
    /// A vision encoder alone.
    case visionEncoder(VisionEncoderKind)
    /// A language model alone.
    case languageModel(LanguageModelKind)

    /// Every `model_type` of a folder that can be read.
    package static var supported: [String] {
        BLIP2Configuration.supported + LanguageModelKind.supported + VisionEncoderKind.supportedAlone
    }

    /// The architecture that `config` describes.
    /// - Throws: `ConfigError`; where the type is none of `supported`, `unsupported` with all of them.
    package init(_ config: ConfigObject) throws(ConfigError) {
        let type = try config.optionalString("model_type")
        if let type, LanguageModelKind.supported.contains(type) {
            self = .languageModel(try LanguageModelKind(config))
        } else if let alone = try VisionEncoderKind.alone(config) {
            self = .visionEncoder(alone)
        } else if try MatchingConfiguration.describes(config) {
            self = .matching(try MatchingConfiguration(config))
        } else if let type, !BLIP2Configuration.supported.contains(type) {
            throw config.unsupported("model_type", found: type, supported: Self.supported)
        } else {
            self = .whole(try BLIP2Configuration(config))
        }
    }

    /// How names in the file become parameter paths.
    package var rules: CheckpointRules {
        switch self {
        case .whole(let configuration): configuration.rules
        case .matching(let configuration): configuration.rules
        case .visionEncoder(let kind): kind.rulesAlone
        case .languageModel(let kind): kind.rules(prefix: "")
        }
    }

    /// Weights of the language model that a single token does not touch.
    package var inactiveParametersPerToken: Int {
        switch self {
        case .whole(let configuration): configuration.text.inactiveParametersPerToken
        case .languageModel(let kind): kind.inactiveParametersPerToken
        case .matching, .visionEncoder: 0
        }
    }

    /// Takes every parameter of the model from `scope`, and keeps nothing.
    package func visitParameters(in scope: ParameterScope) {
        switch self {
        case .whole(let configuration): _ = configuration.makeModel(in: scope)
        case .matching(let configuration): _ = MatchingModel(configuration, in: scope)
        case .visionEncoder(let kind): _ = kind.makeEncoder(in: scope)
        case .languageModel(let kind): _ = kind.makeDecoder(in: scope)
        }
    }
}
