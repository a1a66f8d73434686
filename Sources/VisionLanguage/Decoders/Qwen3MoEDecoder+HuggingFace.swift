import Checkpoints

extension Qwen3MoEConfiguration: LanguageModelConfiguration {
    package static let modelType = "qwen3_moe"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 4)
        try sizes.readHeads(config)
        if try config.bool("use_sliding_window", default: false) {
            let window = try config.window("sliding_window", default: 4_096)
            sizes.windows = Array(repeating: window, count: sizes.layers)
        }
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        try mixture.read(config)
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int { mixture.inactiveParameters(sizes) }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.gatedExperts(at: "\(prefix)model.layers.{i}.mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
