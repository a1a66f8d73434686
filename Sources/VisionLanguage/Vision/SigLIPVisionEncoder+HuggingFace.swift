import Checkpoints

extension SigLIPVisionConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["siglip_vision_model"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
    }

    package func rules(prefix: String) -> [CheckpointRule] {
        [
            .ignore(
                NamePattern("\(prefix)head.*"), because: "pools features into one vector, which a bridge does not read")
        ]
    }
}
