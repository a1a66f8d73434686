import Checkpoints
import TensorEngine

extension OPTConfiguration: LanguageModelConfiguration {
    package static let modelType = "opt"

    /// The sizes that a config of `model_type` `opt` gives.
    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("hidden_size", default: width)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        hidden = try config.integer("ffn_dim", default: hidden)
        heads = try config.integer("num_attention_heads", default: heads)
        contextLength = try config.integer("max_position_embeddings", default: contextLength)
        embeddingWidth = try config.integer("word_embed_proj_dim", default: width)
        activation = try config.activation("activation_function", default: activation)
        normalisesBefore = try config.bool("do_layer_norm_before", default: normalisesBefore)
        removesFinalNorm = try config.bool("_remove_final_layer_norm", default: removesFinalNorm)
        hasBias = try config.bool("enable_bias", default: hasBias)
        normsAreAffine = try config.bool("layer_norm_elementwise_affine", default: normsAreAffine)
        tiesEmbeddings = try config.bool("tie_word_embeddings", default: tiesEmbeddings)
        try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
    }

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(OPTDecoder(self, in: scope))
    }

    /// Names of OPT checkpoints that differ from the layers' paths; `prefix` ends with a full stop or is empty.
    package func rules(prefix: String) -> [CheckpointRule] {
        // opt-350m and early exports lack the outer "model.".
        [.rename(NamePattern("\(prefix)decoder.*"), to: NamePattern("\(prefix)model.decoder.*"))]
            + (tiesEmbeddings
                ? [.ignore(NamePattern("\(prefix)lm_head.weight"), because: "the head is the embedding table")] : [])
    }
}
