import Checkpoints
import TensorEngine

/// What a `config.json` says about a vision encoder of one architecture: its sizes, how to make it, and how its checkpoints
/// name things.
package protocol VisionEncoderConfiguration: Sendable, Equatable {
    /// The `model_type`s of the configs it reads.
    static var modelTypes: [String] { get }

    /// The sizes that a config of such a type gives.
    init(_ config: ConfigObject) throws(ConfigError)

    /// Its sizes.
    var sizes: VisionSizes { get }
    /// Features before those of the patches: the class token, registers; one unless an architecture says otherwise.
    var leadingTokens: Int { get }

    /// The encoder, its parameters taken from `scope`.
    func makeEncoder(in scope: ParameterScope) -> any VisionEncoder

    /// How names in the file, below `prefix` (which ends with a full stop or is empty), become parameter paths.
    func rules(prefix: String) -> [CheckpointRule]
}

extension VisionEncoderConfiguration {
    package var leadingTokens: Int { 1 }
}

extension VisionSizes {
    /// The sizes that a config gives under the names that all architectures share.
    mutating func read(_ config: ConfigObject) throws(ConfigError) {
        width = try config.integer("hidden_size", default: width)
        hidden = try config.integer("intermediate_size", default: hidden)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        imageSize = try config.integer("image_size", default: imageSize)
        patch = try config.integer("patch_size", default: patch)
        activation = try config.activation("hidden_act", default: activation)
        epsilon = try config.number("layer_norm_eps", default: epsilon)
        try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
        try config.require(patch <= imageSize, "patch_size", "at most image_size \(imageSize)")
    }
}

/// A vision encoder that a `config.json` describes, of whatever architecture.
package struct VisionEncoderKind: Sendable, Equatable {
    /// Every architecture that can be read. One line each.
    private static let architectures: [any VisionEncoderConfiguration.Type] = [
        BLIP2VisionConfiguration.self,
        CLIPVisionConfiguration.self,
        SigLIPVisionConfiguration.self,
        ViTConfiguration.self,
        DINOv2Configuration.self,
        ConvolutionalVisionConfiguration.self,
    ]
    /// Models of image and text whose `vision_config` is an encoder of ours, with the type that it has where it does not say.
    private static let pairs = ["clip": "clip_vision_model", "siglip": "siglip_vision_model"]

    /// The sizes.
    package let configuration: any VisionEncoderConfiguration

    /// The `model_type`s that can be read.
    package static var supported: [String] { architectures.flatMap { $0.modelTypes } }

    /// The `model_type`s of folders that hold one alone, or beside a text encoder.
    package static var supportedAlone: [String] { supported + pairs.keys.sorted() }

    /// A vision encoder of these sizes.
    package init(_ configuration: some VisionEncoderConfiguration) { self.configuration = configuration }

    /// What a `vision_config` describes.
    package init(_ config: ConfigObject) throws(ConfigError) {
        try self.init(config, type: try config.string("model_type"))
    }

    private init(_ config: ConfigObject, type: String) throws(ConfigError) {
        guard let architecture = Self.architectures.first(where: { $0.modelTypes.contains(type) }) else {
            throw config.unsupported("model_type", found: type, supported: Self.supported)
        }
        configuration = try architecture.init(config)
    }

    /// The encoder of a folder that holds one alone, or one with a text encoder beside it (CLIP, SigLIP).
    ///
    /// - Returns: nil where the config is that of another kind of model.
    package static func alone(_ config: ConfigObject) throws(ConfigError) -> VisionEncoderKind? {
        guard let type = try config.optionalString("model_type") else { return nil }
        if let inner = pairs[type] {
            return try VisionEncoderKind(config.objectOrDefaults("vision_config"), type: inner)
        }
        return supported.contains(type) ? try VisionEncoderKind(config, type: type) : nil
    }

    /// Width of a feature vector.
    package var width: Int { configuration.sizes.width }
    /// Layers.
    package var layers: Int { configuration.sizes.layers }
    /// Side of the pictures it was trained on, in pixels.
    package var imageSize: Int { configuration.sizes.imageSize }
    /// Side of a patch, in pixels.
    package var patch: Int { configuration.sizes.patch }
    /// Features before those of the patches: the class token, registers.
    package var leadingTokens: Int { configuration.leadingTokens }
    /// Patches of a picture of the size that it was trained on.
    package var patches: Int { configuration.sizes.side * configuration.sizes.side }
    /// The first `model_type` of its configs.
    package var modelType: String { type(of: configuration).modelTypes[0] }

    /// The encoder, its parameters taken from `scope`.
    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder { configuration.makeEncoder(in: scope) }

    /// How names in the file, below `prefix`, become parameter paths.
    package func rules(prefix: String) -> CheckpointRules { CheckpointRules(configuration.rules(prefix: prefix)) }

    /// The rules of a folder that holds the encoder alone: with or without the name that a model of image and text gives it.
    package var rulesAlone: CheckpointRules {
        let beside = ["text_model.*", "visual_projection.*", "text_projection.*", "logit_scale", "logit_bias"]
        return CheckpointRules(
            [.ignore("*.position_ids", because: "counted, not learned")]
                + beside.map {
                    .ignore(NamePattern($0), because: "the text side, or what compares it with the picture")
                }
                + [.rename("vision_model.*", to: "*")]) + rules(prefix: "")
    }

    package static func == (a: VisionEncoderKind, b: VisionEncoderKind) -> Bool {
        a.configuration.isEqual(to: b.configuration)
    }
}

extension VisionEncoderConfiguration {
    /// Whether `other` is of this architecture and has these sizes.
    fileprivate func isEqual(to other: any VisionEncoderConfiguration) -> Bool {
        (other as? Self).map { $0 == self } ?? false
    }
}
