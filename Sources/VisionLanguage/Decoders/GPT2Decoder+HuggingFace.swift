import Checkpoints

extension GPT2Configuration: LanguageModelConfiguration {
    package static let modelType = "gpt2"

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        contextLength = try config.integer("n_positions", default: contextLength)
        width = try config.integer("n_embd", default: width)
        hidden = try config.integer("n_inner", default: 4 * width)
        layers = try config.layerCount("n_layer", default: layers)
        heads = try config.integer("n_head", default: heads)
        activation = try config.activation("activation_function", default: activation)
        epsilon = try config.number("layer_norm_epsilon", default: epsilon)
        scalesScores = try config.bool("scale_attn_weights", default: scalesScores)
        scalesScoresByLayer = try config.bool("scale_attn_by_inverse_layer_idx", default: scalesScoresByLayer)
        tiesEmbeddings = try config.bool("tie_word_embeddings", default: tiesEmbeddings)
        try config.require(width % heads == 0, "n_head", "a divisor of n_embd \(width)")
        if try config.bool("add_cross_attention", default: false) {
            throw config.unsupported("add_cross_attention", found: "true", supported: ["false"])
        }
    }

    package var embeddingWidth: Int { width }

    /// GPT-2's matrices are stored inputs before outputs, queries, keys and values in one.
    package func rules(prefix: String) -> [CheckpointRule] {
        let layer = "\(prefix)model.layers.{i}"
        let projections = ["q_proj", "k_proj", "v_proj"]
        func pattern(_ name: String) -> NamePattern { NamePattern(name) }
        let names: [CheckpointRule] = [
            // The first files lack the outer "transformer.".
            .rename(pattern("\(prefix)h.*"), to: pattern("\(prefix)transformer.h.*")),
            .rename(pattern("\(prefix)wte.weight"), to: pattern("\(prefix)transformer.wte.weight")),
            .rename(pattern("\(prefix)wpe.weight"), to: pattern("\(prefix)transformer.wpe.weight")),
            .rename(pattern("\(prefix)ln_f.*"), to: pattern("\(prefix)transformer.ln_f.*")),
            .rename(pattern("\(prefix)transformer.h.{i}.*"), to: pattern("\(layer).*")),
            .rename(pattern("\(prefix)transformer.wte.weight"), to: pattern("\(prefix)model.embed_tokens.weight")),
            .rename(pattern("\(prefix)transformer.wpe.weight"), to: pattern("\(prefix)model.embed_positions.weight")),
            .rename(pattern("\(prefix)transformer.ln_f.*"), to: pattern("\(prefix)model.norm.*")),
            .ignore(pattern("\(layer).attn.bias"), because: "a mask, not learned"),
            .ignore(pattern("\(layer).attn.masked_bias"), because: "a mask, not learned"),
        ]
        let matrices: [CheckpointRule] = [
            .transpose(pattern("\(layer).attn.c_attn.weight")),
            .transpose(pattern("\(layer).attn.c_proj.weight")),
            .transpose(pattern("\(layer).mlp.c_fc.weight")),
            .transpose(pattern("\(layer).mlp.c_proj.weight")),
            .split(
                pattern("\(layer).attn.c_attn.weight"), into: projections.map { pattern("\(layer).attn.\($0).weight") }),
            .split(pattern("\(layer).attn.c_attn.bias"), into: projections.map { pattern("\(layer).attn.\($0).bias") }),
            .rename(pattern("\(layer).attn.c_proj.*"), to: pattern("\(layer).attn.o_proj.*")),
        ]
        return names + matrices + CheckpointRule.computed(prefix: prefix, tiesEmbeddings: tiesEmbeddings)
    }
}
