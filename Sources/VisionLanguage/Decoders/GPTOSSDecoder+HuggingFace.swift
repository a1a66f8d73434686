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

    /// Experts are stacked, inputs before outputs, gate and up taking turns: `[experts, width, 2·hidden]`. In the published
    /// files they are packed as MXFP4, outputs before inputs.
    ///
    /// Stacks are cut into experts first, so that making one does not read the others.
    package func rules(prefix: String) -> [CheckpointRule] {
        let place = "\(prefix)model.layers.{i}.mlp.experts"
        let expert = "\(place).{e}"
        func pattern(_ name: String) -> NamePattern { NamePattern(name) }
        let (width, hidden) = (sizes.width, sizes.hidden)
        let unpacked: [CheckpointRule] = [
            .unstack(pattern("\(place).gate_up_proj"), into: pattern("\(expert).gate_up")),
            .transpose(pattern("\(expert).gate_up")),  // [2·hidden, width]
            .unstack(pattern("\(place).down_proj"), into: pattern("\(expert).down_proj.weight")),
            .transpose(pattern("\(expert).down_proj.weight")),  // [width, hidden]
        ]
        let packed: [CheckpointRule] = ["gate_up", "down"].flatMap { name in
            [
                CheckpointRule.unstack(
                    pattern("\(place).\(name)_proj_blocks"), into: pattern("\(expert).\(name)_blocks")),
                .unstack(pattern("\(place).\(name)_proj_scales"), into: pattern("\(expert).\(name)_scales")),
                .microscaled(
                    blocks: pattern("\(expert).\(name)_blocks"), scales: pattern("\(expert).\(name)_scales"),
                    into: pattern(name == "down" ? "\(expert).down_proj.weight" : "\(expert).gate_up")),
            ]
        }
        let parts: [CheckpointRule] = [
            .reshape(pattern("\(expert).gate_up"), [hidden, 2, width]),
            .split(
                pattern("\(expert).gate_up"),
                into: [pattern("\(expert).gate_proj.weight"), pattern("\(expert).up_proj.weight")], axis: 1),
            .reshape(pattern("\(expert).gate_proj.weight"), [hidden, width]),
            .reshape(pattern("\(expert).up_proj.weight"), [hidden, width]),
        ]
        let biases: [CheckpointRule] = [
            .unstack(pattern("\(place).gate_up_proj_bias"), into: pattern("\(expert).gate_up_bias")),
            .reshape(pattern("\(expert).gate_up_bias"), [hidden, 2]),
            .split(
                pattern("\(expert).gate_up_bias"),
                into: [pattern("\(expert).gate_proj.bias"), pattern("\(expert).up_proj.bias")], axis: 1),
            .reshape(pattern("\(expert).gate_proj.bias"), [hidden]),
            .reshape(pattern("\(expert).up_proj.bias"), [hidden]),
            .unstack(pattern("\(place).down_proj_bias"), into: pattern("\(expert).down_proj.bias")),
        ]
        return unpacked + packed + parts + biases
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: sizes.tiesEmbeddings)
    }
}
