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
    /// This, with a text side as InstructBLIP has it: its embeddings and the first norm below the querying transformer.
    func readingInstructions() -> QueryTransformerConfiguration {
        var sizes = self
        sizes.hasText = true
        sizes.readsText = true
        sizes.normsAmongEmbeddings = true
        return sizes
    }

    /// This, with a text side as `Blip2ForImageTextRetrieval` has it: its embeddings beside the querying transformer.
    func readingTexts() -> QueryTransformerConfiguration {
        var sizes = self
        sizes.hasText = true
        sizes.readsText = true
        return sizes
    }
}
