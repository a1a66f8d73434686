import Checkpoints

extension LlamaConfiguration: LanguageModelConfiguration {
    package static let modelType = "llama"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        try sizes.readHeads(config)
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        feedForwardBias = try config.bool("mlp_bias", default: feedForwardBias)
    }

    package var embeddingWidth: Int { sizes.width }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
