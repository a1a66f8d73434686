import Checkpoints

extension Qwen3Configuration: LanguageModelConfiguration {
    package static let modelType = "qwen3"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 32)
        try sizes.readHeads(config, default: 128)
        try sizes.readQwenWindows(config)
        attentionBias = try config.bool("attention_bias", default: attentionBias)
    }

    package var embeddingWidth: Int { sizes.width }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
