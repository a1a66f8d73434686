import Checkpoints
import NeuralLayers
import TensorEngine

extension DeepSeekV2Configuration: LanguageModelConfiguration {
    package static let modelType = "deepseek_v2"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        sizes.feedForwardBias = try config.bool("mlp_bias", default: false)
        try sizes.readRotary(config, interleaved: true)
        let method = try config.string("topk_method", default: "greedy")
        switch method {
        case "greedy": break
        case "group_limited_greedy": try sizes.readGroups(config)
        default: throw config.unsupported("topk_method", found: method, supported: ["greedy", "group_limited_greedy"])
        }
        // `norm_topk_prob` stands in these files, and transformers does not look at it.
    }

    package var embeddingWidth: Int { sizes.base.width }
    package var inactiveParametersPerToken: Int { sizes.inactiveParameters }
    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel { sizes.makeLanguageModel(in: scope) }
    package func rules(prefix: String) -> [CheckpointRule] { sizes.rules(prefix: prefix) }
}

extension DeepSeekV3Configuration: LanguageModelConfiguration {
    package static let modelType = "deepseek_v3"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        try sizes.readRotary(config, interleaved: try config.bool("rope_interleave", default: true))
        sizes.choice.normalises = try config.bool("norm_topk_prob", default: true)
        try sizes.readGroups(config)
        try config.require(
            sizes.choice.experts / sizes.choice.groups >= 2, "n_group", "at most half of n_routed_experts")
    }

    package var embeddingWidth: Int { sizes.base.width }
    package var inactiveParametersPerToken: Int { sizes.inactiveParameters }
    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel { sizes.makeLanguageModel(in: scope) }

    package func rules(prefix: String) -> [CheckpointRule] {
        // Published folders hold a layer more, which predicts a token further ahead.
        let further = (0..<8).map { sizes.base.layers + $0 }.map { index in
            CheckpointRule.ignore(
                NamePattern("\(prefix)model.layers.\(index).*"), because: "multi-token prediction is not used")
        }
        return further + sizes.rules(prefix: prefix)
    }
}

extension DeepSeekSizes {
    /// Reads what both kinds of config say, the rotation and the groups of experts aside.
    mutating func read(_ config: ConfigObject) throws(ConfigError) {
        try base.read(config)
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        queryRank = try config.window("q_lora_rank", default: queryRank)
        keyValueRank = try config.integer("kv_lora_rank", default: keyValueRank)
        plainWidth = try config.integer("qk_nope_head_dim", default: plainWidth)
        valueWidth = try config.integer("v_head_dim", default: valueWidth)
        denseLayers = try config.integer("first_k_dense_replace", default: denseLayers, minimum: 0)
        expertHidden = try config.integer("moe_intermediate_size", default: expertHidden)
        sharedExperts = try config.layerCount("n_shared_experts", default: sharedExperts)
        choice.experts = try config.layerCount("n_routed_experts", default: choice.experts)
        choice.perToken = try config.integer("num_experts_per_tok", default: choice.perToken)
        choice.scale = try config.number("routed_scaling_factor", default: choice.scale)
        choice.groups = 1
        choice.groupsKept = 1
        try config.require(
            choice.perToken <= choice.experts, "num_experts_per_tok", "at most n_routed_experts \(choice.experts)")
    }

    /// Reads the rotation of the elements that carry positions.
    mutating func readRotary(_ config: ConfigObject, interleaved: Bool) throws(ConfigError) {
        let width = try config.integer("qk_rope_head_dim", default: 64)
        try config.require(width % 2 == 0, "qk_rope_head_dim", "an even number")
        base.headWidth = width
        base.rotary = try config.rotaryFrequencies(
            width: width, defaultBase: base.rotary.base, contextLength: base.contextLength, interleaved: interleaved)
        if let details = try config.rotaryDetails(), base.rotary.scaling != .none {
            let strength = try details.number("mscale_all_dim", default: 0)
            if strength != 0 {
                let magnitude = YaRN.magnitude(try details.number("factor"), strength: strength)
                scoreMultiplier = magnitude * magnitude
            }
        }
    }

    /// Reads the groups that experts lie in.
    mutating func readGroups(_ config: ConfigObject) throws(ConfigError) {
        choice.groups = try config.integer("n_group", default: choice.usesSigmoid ? 8 : 1)
        choice.groupsKept = try config.integer("topk_group", default: choice.usesSigmoid ? 4 : 1)
        try config.require(
            choice.experts % choice.groups == 0, "n_group", "a divisor of n_routed_experts \(choice.experts)")
        try config.require(choice.groupsKept <= choice.groups, "topk_group", "at most n_group \(choice.groups)")
        let reachable = choice.experts / choice.groups * choice.groupsKept
        try config.require(
            choice.perToken <= reachable, "num_experts_per_tok", "at most the \(reachable) experts of topk_group groups"
        )
    }

    /// Weights of the experts that a token is not sent to, in all layers.
    var inactiveParameters: Int {
        max(0, base.layers - denseLayers) * (choice.experts - choice.perToken)
            * base.expertParameters(hidden: expertHidden)
    }

    func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.gatedExperts(at: "\(prefix)model.layers.{i}.mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: base.tiesEmbeddings)
    }
}
