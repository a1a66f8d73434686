import Checkpoints

extension CLIPVisionConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["clip_vision_model"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
    }

    package func rules(prefix: String) -> [CheckpointRule] { [] }
}
