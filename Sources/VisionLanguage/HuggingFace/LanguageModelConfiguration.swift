import Checkpoints
import TensorEngine

/// What a `config.json` says about a language model of one architecture: its sizes and choices, how to make it, and how its
/// checkpoints name things.
package protocol LanguageModelConfiguration: Sendable, Equatable {
    /// The `model_type` of the configs it reads.
    static var modelType: String { get }

    /// The sizes that a config of this type gives.
    init(_ config: ConfigObject) throws(ConfigError)

    /// Width of the token embeddings, which image tokens are projected to.
    var embeddingWidth: Int { get }
    /// Weights that a single token does not touch: experts it is not sent to.
    var inactiveParametersPerToken: Int { get }
    /// Whether it is an encoder with a decoder, rather than a decoder alone.
    static var isEncoderDecoder: Bool { get }

    /// The model, its parameters taken from `scope`.
    func makeLanguageModel(in scope: ParameterScope) -> LanguageModel

    /// How names in the file, below `prefix` (which ends with a full stop or is empty), become parameter paths.
    func rules(prefix: String) -> [CheckpointRule]
}

extension LanguageModelConfiguration {
    package var inactiveParametersPerToken: Int { 0 }
    package static var isEncoderDecoder: Bool { false }
}
