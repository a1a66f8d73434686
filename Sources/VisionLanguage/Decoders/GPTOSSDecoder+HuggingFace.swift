import Checkpoints
import NeuralLayers

extension GPTOSSConfiguration: LanguageModelConfiguration {
    package static let modelType = "gpt_oss"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config, keyValueHeads: 8)
        try sizes.readHeads(config, default: 64)
        if try config.rotaryDetails() == nil { sizes.rotary.scaling = .yarn(Self.defaultScaling) }
        try sizes.readWindows(config, default: 128) { $0 % 2 == 0 }
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        let key = config.spelling("num_local_experts", "num_experts")
        experts = try config.layerCount(key, default: experts)
        expertsPerToken = try config.integer(
            config.spelling("num_experts_per_tok", "experts_per_token"), default: expertsPerToken)
        gateSlope = try config.number("swiglu_alpha", default: gateSlope)
        gateLimit = try config.number("swiglu_limit", default: gateLimit)
        try config.require(gateLimit > 0, "swiglu_limit", "greater than 0")
        try config.require(expertsPerToken <= experts, "num_experts_per_tok", "at most \(key) \(experts)")
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int {
        let expert = sizes.expertParameters(hidden: sizes.hidden) + 2 * sizes.hidden + sizes.width
        return sizes.layers * (experts - expertsPerToken) * expert
    }

    /// Experts are stacked, inputs before outputs, gate and up taking turns: `[experts, width, 2·hidden]`.
    package func rules(prefix: String) -> [CheckpointRule] {
        let place = "\(prefix)model.layers.{i}.mlp.experts"
        let (stack, biases, down) = ("\(place).gate_up_proj", "\(place).gate_up_proj_bias", "\(place).down_proj")
        func pattern(_ name: String) -> NamePattern { NamePattern(name) }
        let (width, hidden) = (sizes.width, sizes.hidden)
        let rules: [CheckpointRule] = [
            .transpose(pattern(stack)),  // [experts, 2·hidden, width]
            .reshape(pattern(stack), [experts, hidden, 2, width]),
            .split(pattern(stack), into: [pattern("\(place).gate_stack"), pattern("\(place).up_stack")], axis: 2),
            .reshape(pattern("\(place).gate_stack"), [experts, hidden, width]),
            .reshape(pattern("\(place).up_stack"), [experts, hidden, width]),
            .unstack(pattern("\(place).gate_stack"), into: pattern("\(place).{e}.gate_proj.weight")),
            .unstack(pattern("\(place).up_stack"), into: pattern("\(place).{e}.up_proj.weight")),
            .reshape(pattern(biases), [experts, hidden, 2]),
            .split(pattern(biases), into: [pattern("\(place).gate_biases"), pattern("\(place).up_biases")], axis: 2),
            .reshape(pattern("\(place).gate_biases"), [experts, hidden]),
            .reshape(pattern("\(place).up_biases"), [experts, hidden]),
            .unstack(pattern("\(place).gate_biases"), into: pattern("\(place).{e}.gate_proj.bias")),
            .unstack(pattern("\(place).up_biases"), into: pattern("\(place).{e}.up_proj.bias")),
            .unstack(pattern("\(place).down_proj_bias"), into: pattern("\(place).{e}.down_proj.bias")),
            .transpose(pattern(down)),  // [experts, width, hidden]
            .unstack(pattern(down), into: pattern("\(place).{e}.down_proj.weight")),
        ]
        return rules + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
