import Checkpoints
import TensorEngine

extension T5Configuration: LanguageModelConfiguration {
    package static let modelType = "t5"
    package static let isEncoderDecoder = true

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        let projection = try config.string("feed_forward_proj", default: "relu")
        isGated = projection.hasPrefix("gated-")
        let name = isGated ? String(projection.dropFirst("gated-".count)) : projection
        // Only this spelling means the approximation by tanh.
        let activation = projection == "gated-gelu" ? .geluTanh : Activation(named: name)
        guard let activation else { throw config.unsupported("feed_forward_proj", found: projection) }
        sizes.activation = activation
        let isTied = try config.bool("tie_word_embeddings", default: true)
        sizes.scalesOutput = try config.bool("scale_decoder_outputs", default: isTied)
        sizes.tiesEmbeddings = isTied && sizes.scalesOutput
    }

    package var embeddingWidth: Int { sizes.width }

    package func rules(prefix: String) -> [CheckpointRule] {
        // encoder layers' feed-forward is their second sublayer, decoder layers' their third.
        let gated = [("encoder", 1), ("decoder", 2)].flatMap { stack, index in
            let place = "\(prefix)\(stack).block.{i}.layer.\(index).DenseReluDense"
            return isGated
                ? [
                    CheckpointRule.rename(
                        NamePattern("\(place).wi_0.weight"), to: NamePattern("\(place).gate_proj.weight")),
                    .rename(NamePattern("\(place).wi_1.weight"), to: NamePattern("\(place).up_proj.weight")),
                    .rename(NamePattern("\(place).wo.weight"), to: NamePattern("\(place).down_proj.weight")),
                ] : []
        }
        return gated + sizes.rules(prefix: prefix)
    }
}

extension EncoderDecoderSizes {
    /// Reads what configs of T5 and of Switch Transformers say alike.
    mutating func read(_ config: ConfigObject) throws(ConfigError) {
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("d_model", default: width)
        headWidth = try config.integer("d_kv", default: headWidth)
        heads = try config.integer("num_heads", default: heads)
        hidden = try config.integer("d_ff", default: hidden)
        encoderLayers = try config.layerCount("num_layers", default: encoderLayers)
        decoderLayers = try config.layerCount("num_decoder_layers", default: encoderLayers)
        buckets = try config.integer("relative_attention_num_buckets", default: buckets, minimum: 4)
        greatestDistance = try config.integer("relative_attention_max_distance", default: greatestDistance)
        epsilon = try config.number("layer_norm_epsilon", default: epsilon)
        startID = try config.integer("decoder_start_token_id", default: startID, minimum: 0)
        try config.require(startID < vocabularySize, "decoder_start_token_id", "below vocab_size \(vocabularySize)")
        try config.require(buckets % 4 == 0, "relative_attention_num_buckets", "a multiple of 4")
        try config.require(
            greatestDistance > buckets / 2, "relative_attention_max_distance", "greater than half of the buckets")
    }

    /// Copies of the embedding table that files may hold.
    func rules(prefix: String) -> [CheckpointRule] {
        let copies = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"].map { name in
            CheckpointRule.ignore(NamePattern("\(prefix)\(name)"), because: "the table is `shared`")
        }
        let bias = CheckpointRule.ignore(
            NamePattern("\(prefix)decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight"),
            because: "cross-attention knows no distances")
        guard tiesEmbeddings else { return copies + [bias] }
        return copies + [
            bias, .ignore(NamePattern("\(prefix)lm_head.weight"), because: "the head is the embedding table"),
        ]
    }
}
