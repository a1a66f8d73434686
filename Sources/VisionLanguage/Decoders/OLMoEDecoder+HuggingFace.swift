import Checkpoints
import NeuralLayers
import TensorEngine

extension OLMoEConfiguration: LanguageModelConfiguration {
    package static let modelType = "olmoe"

    /// The sizes that a config of `model_type` `olmoe` gives.
    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("hidden_size", default: width)
        hidden = try config.integer("intermediate_size", default: hidden)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        keyValueHeads = try config.integer("num_key_value_heads", default: heads)
        contextLength = try config.integer("max_position_embeddings", default: contextLength)
        epsilon = try config.number("rms_norm_eps", default: epsilon)
        experts = try config.layerCount("num_experts", default: experts)
        expertsPerToken = try config.integer("num_experts_per_tok", default: expertsPerToken)
        normalisesWeights = try config.bool("norm_topk_prob", default: normalisesWeights)
        clipping = try config.optionalNumber("clip_qkv")
        attentionBias = try config.bool("attention_bias", default: attentionBias)
        activation = try config.activation("hidden_act", default: activation)
        tiesEmbeddings = try config.bool("tie_word_embeddings", default: tiesEmbeddings)
        (rotaryBase, rotaryScaling) = try config.rotary(
            defaultBase: rotaryBase, width: headWidth, contextLength: contextLength)
        try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
        try config.require(headWidth % 2 == 0, "num_attention_heads", "such that heads are of even width")
        try config.require(
            heads % keyValueHeads == 0, "num_key_value_heads", "a divisor of num_attention_heads \(heads)")
        try config.require(expertsPerToken <= experts, "num_experts_per_tok", "at most num_experts \(experts)")
    }

    package var embeddingWidth: Int { width }

    package var inactiveParametersPerToken: Int { layers * (experts - expertsPerToken) * 3 * width * hidden }

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(OLMoEDecoder(self, in: scope))
    }

    /// Names of OLMoE checkpoints that differ from the layers' paths; `prefix` ends with a full stop or is empty.
    package func rules(prefix: String) -> [CheckpointRule] {
        CheckpointRule.gatedExperts(at: "\(prefix)model.layers.{i}.mlp.experts")
            + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: tiesEmbeddings)
    }
}
