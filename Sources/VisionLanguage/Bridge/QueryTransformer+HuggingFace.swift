import Checkpoints
import TensorEngine

extension QueryTransformerConfiguration {
    /// The sizes that a `qformer_config` gives.
    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("hidden_size", default: width)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        hidden = try config.integer("intermediate_size", default: hidden)
        activation = try config.activation("hidden_act", default: activation)
        contextLength = try config.integer("max_position_embeddings", default: contextLength)
        epsilon = try config.number("layer_norm_eps", default: epsilon)
        crossAttentionFrequency = try config.integer("cross_attention_frequency", default: crossAttentionFrequency)
        featureWidth = try config.integer("encoder_hidden_size", default: featureWidth)
        hasText = try config.bool("use_qformer_text_input", default: hasText)
        try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
    }
}
