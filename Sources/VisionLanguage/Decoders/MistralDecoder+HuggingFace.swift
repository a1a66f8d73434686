import Checkpoints

extension MistralConfiguration: LanguageModelConfiguration {
    package static let modelType = "mistral"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 8)
        try sizes.readHeads(config)
        // Every layer slides, whatever `layer_types` says, as in transformers.
        let window = try config.window("sliding_window", default: 4_096)
        sizes.windows = Array(repeating: window, count: sizes.layers)
    }

    package var embeddingWidth: Int { sizes.width }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
