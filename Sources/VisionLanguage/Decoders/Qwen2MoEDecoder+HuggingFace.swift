import Checkpoints

extension Qwen2MoEConfiguration: LanguageModelConfiguration {
    package static let modelType = "qwen2_moe"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 16)
        try sizes.readHeads(config)
        if try config.bool("use_sliding_window", default: false) {
            // Unlike Qwen2: every other layer below `max_window_layers`.
            let end = try config.integer("max_window_layers", default: 28, minimum: 0)
            try sizes.readWindows(config, default: 4_096) { $0 % 2 == 0 && $0 < end }
        }
        hasInputBias = try config.bool("qkv_bias", default: hasInputBias)
        sharedHidden = try config.integer("shared_expert_intermediate_size", default: sharedHidden)
        try mixture.read(config)
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int { mixture.inactiveParameters(sizes) }

    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.gatedExperts(at: "\(prefix)model.layers.{i}.mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}

extension QwenMixture {
    /// Reads what `config` says of the experts.
    mutating func read(_ config: ConfigObject) throws(ConfigError) {
        let key = config.spelling("num_experts", "num_local_experts")
        experts = try config.layerCount(key, default: experts)
        perToken = try config.integer("num_experts_per_tok", default: perToken)
        hidden = try config.integer("moe_intermediate_size", default: hidden)
        normalises = try config.bool("norm_topk_prob", default: normalises)
        step = try config.integer("decoder_sparse_step", default: step)
        denseLayers = try config.layerSet("mlp_only_layers")
        try config.require(perToken <= experts, "num_experts_per_tok", "at most \(key) \(experts)")
    }

    /// Weights of the experts that a token is not sent to, in all layers.
    func inactiveParameters(_ sizes: RotaryDecoderSizes) -> Int {
        (0..<sizes.layers).count(where: isSparse) * (experts - perToken) * sizes.expertParameters(hidden: hidden)
    }
}
