import Checkpoints

extension BLIP2VisionConfiguration: VisionEncoderConfiguration {
    /// InstructBLIP's is the same.
    package static let modelTypes = ["blip_2_vision_model", "instructblip_vision_model"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        hasQKVBias = try config.bool("qkv_bias", default: hasQKVBias)
    }

    package func rules(prefix: String) -> [CheckpointRule] { [] }
}
