import Checkpoints
import TensorEngine

extension GraniteMoEConfiguration: LanguageModelConfiguration {
    package static let modelType = "granitemoe"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
    }

    package var embeddingWidth: Int { sizes.base.width }
    package var inactiveParametersPerToken: Int { sizes.inactiveParameters }
    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel { sizes.makeLanguageModel(in: scope) }
    package func rules(prefix: String) -> [CheckpointRule] { sizes.rules(prefix: prefix) }
}

extension GraniteMoESharedConfiguration: LanguageModelConfiguration {
    package static let modelType = "granitemoeshared"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        sizes.sharedHidden = try config.integer("shared_intermediate_size", default: 0, minimum: 0)
    }

    package var embeddingWidth: Int { sizes.base.width }
    package var inactiveParametersPerToken: Int { sizes.inactiveParameters }
    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel { sizes.makeLanguageModel(in: scope) }
    package func rules(prefix: String) -> [CheckpointRule] { sizes.rules(prefix: prefix) }
}

extension GraniteMoESizes {
    /// Reads what both kinds of config say.
    mutating func read(_ config: ConfigObject) throws(ConfigError) {
        try base.read(config)
        try base.readHeads(config)
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        experts = try config.layerCount("num_local_experts", default: experts)
        expertsPerToken = try config.integer("num_experts_per_tok", default: expertsPerToken)
        embeddingMultiplier = try config.number("embedding_multiplier", default: embeddingMultiplier)
        attentionMultiplier = try config.number("attention_multiplier", default: attentionMultiplier)
        residualMultiplier = try config.number("residual_multiplier", default: residualMultiplier)
        logitsDivisor = try config.number("logits_scaling", default: logitsDivisor)
        try config.require(logitsDivisor != 0, "logits_scaling", "another number than 0")
        try config.require(expertsPerToken <= experts, "num_experts_per_tok", "at most num_local_experts \(experts)")
    }

    /// Weights of the experts that a token is not sent to, in all layers.
    var inactiveParameters: Int {
        base.layers * (experts - expertsPerToken) * base.expertParameters(hidden: base.hidden)
    }

    /// Granite names its experts by how they are computed; both its layouts, and transformers' own, become Llama's names.
    func rules(prefix: String) -> [CheckpointRule] {
        let layer = "\(prefix)model.layers.{i}"
        let (experts, shared) = ("\(layer).mlp.experts", "\(layer).mlp.shared_experts")
        let renamed: [CheckpointRule] = [
            .rename(
                NamePattern("\(layer).block_sparse_moe.input_linear.weight"), to: NamePattern("\(experts).gate_up_proj")
            ),
            .rename(
                NamePattern("\(layer).block_sparse_moe.output_linear.weight"), to: NamePattern("\(experts).down_proj")),
            .rename(
                NamePattern("\(layer).block_sparse_moe.router.layer.weight"),
                to: NamePattern("\(layer).mlp.gate.weight")),
            .rename(
                NamePattern("\(layer).block_sparse_moe.router.weight"), to: NamePattern("\(layer).mlp.gate.weight")),
            .rename(NamePattern("\(layer).block_sparse_moe.*"), to: NamePattern("\(layer).mlp.*")),
            .split(
                NamePattern("\(layer).shared_mlp.input_linear.weight"),
                into: [NamePattern("\(shared).gate_proj.weight"), NamePattern("\(shared).up_proj.weight")]),
            .rename(
                NamePattern("\(layer).shared_mlp.output_linear.weight"), to: NamePattern("\(shared).down_proj.weight")),
        ]
        return renamed + CheckpointRule.gatedExperts(at: experts)
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: base.tiesEmbeddings)
    }
}
