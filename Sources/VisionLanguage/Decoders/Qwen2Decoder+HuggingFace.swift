import Checkpoints

extension Qwen2Configuration: LanguageModelConfiguration {
    package static let modelType = "qwen2"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 32)
        try sizes.readHeads(config)
        try sizes.readQwenWindows(config)
    }

    package var embeddingWidth: Int { sizes.width }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}

extension RotaryDecoderSizes {
    /// Qwen2's and Qwen3's windows: where they are used, the layers from `max_window_layers` on slide.
    mutating func readQwenWindows(_ config: ConfigObject) throws(ConfigError) {
        guard try config.bool("use_sliding_window", default: false) else { return }
        let first = try config.integer("max_window_layers", default: 28, minimum: 0)
        try readWindows(config, default: 4_096) { $0 >= first }
    }
}
