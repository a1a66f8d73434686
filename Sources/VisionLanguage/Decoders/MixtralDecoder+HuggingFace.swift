import Checkpoints

extension MixtralConfiguration: LanguageModelConfiguration {
    package static let modelType = "mixtral"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 8)
        try sizes.readHeads(config)
        let window = try config.window("sliding_window", default: nil)
        sizes.windows = Array(repeating: window, count: sizes.layers)
        experts = try config.layerCount("num_local_experts", default: experts)
        expertsPerToken = try config.integer("num_experts_per_tok", default: expertsPerToken)
        try config.require(expertsPerToken <= experts, "num_experts_per_tok", "at most num_local_experts \(experts)")
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int {
        sizes.layers * (experts - expertsPerToken) * sizes.expertParameters(hidden: sizes.hidden)
    }

    package func rules(prefix: String) -> [CheckpointRule] {
        let layer = "\(prefix)model.layers.{i}"
        return [
            .rename(NamePattern("\(layer).block_sparse_moe.*"), to: NamePattern("\(layer).mlp.*"))
        ]
            + CheckpointRule.gatedExperts(at: "\(layer).mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}

extension RotaryDecoderSizes {
    /// Weights of one gated expert of `hidden` units.
    func expertParameters(hidden: Int) -> Int { 3 * width * hidden }
}
