import Checkpoints

extension ViTConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["vit"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        hasQKVBias = try config.bool("qkv_bias", default: hasQKVBias)
    }

    package func rules(prefix: String) -> [CheckpointRule] {
        // Classifiers carry the encoder under its own name, and a head.
        [
            .rename(NamePattern("\(prefix)vit.*"), to: NamePattern("\(prefix)*")),
            .ignore(NamePattern("\(prefix)pooler.*"), because: "makes one vector of the class token"),
            .ignore(NamePattern("\(prefix)classifier.*"), because: "tells classes, not features"),
            .ignore(NamePattern("\(prefix)embeddings.mask_token"), because: "for pre-training with hidden patches"),
        ]
    }
}
