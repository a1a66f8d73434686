import Checkpoints
import NeuralLayers

extension PhiMoEConfiguration: LanguageModelConfiguration {
    package static let modelType = "phimoe"
    private static let expertsPerToken = 2

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 8)
        try sizes.readHeads(config)
        try readLongRoPE(config)
        let window = try config.window("sliding_window", default: nil)
        sizes.windows = Array(repeating: window, count: sizes.layers)
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        hasHeadBias = try config.bool("lm_head_bias", default: hasHeadBias)
        experts = try config.layerCount("num_local_experts", default: experts)
        jitter = try config.number("router_jitter_noise", default: jitter)
        try config.require(experts >= Self.expertsPerToken, "num_local_experts", "at least \(Self.expertsPerToken)")
        let perToken = try config.integer("num_experts_per_tok", default: Self.expertsPerToken)
        try config.require(
            perToken == Self.expertsPerToken, "num_experts_per_tok", "\(Self.expertsPerToken), as the router works")
    }

    /// Phi-MoE gives its own magnitudes for short and long sequences, and transformers uses the short factors for both.
    private mutating func readLongRoPE(_ config: ConfigObject) throws(ConfigError) {
        switch sizes.rotary.scaling {
        case .none: return
        case .longrope(var long):
            guard let details = try config.rotaryDetails() else { return }
            long.longFactors = long.shortFactors
            long.shortMagnitude = try details.number("short_mscale")
            long.longMagnitude = try details.number("long_mscale")
            sizes.rotary.scaling = .longrope(long)
        default:
            let kind = try config.rotaryDetails()?.optionalString("rope_type") ?? "another scaling"
            throw config.unsupported("rope_parameters", found: kind, supported: ["default", "longrope"])
        }
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int {
        sizes.layers * (experts - Self.expertsPerToken) * sizes.expertParameters(hidden: sizes.hidden)
    }

    package func rules(prefix: String) -> [CheckpointRule] {
        let layer = "\(prefix)model.layers.{i}"
        return [
            .rename(NamePattern("\(layer).block_sparse_moe.*"), to: NamePattern("\(layer).mlp.*")),
            .rename(NamePattern("\(layer).mlp.router.weight"), to: NamePattern("\(layer).mlp.gate.weight")),
        ]
            + CheckpointRule.gatedExperts(at: "\(layer).mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
