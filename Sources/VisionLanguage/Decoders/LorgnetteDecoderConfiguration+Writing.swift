import JSONText
import NeuralLayers

extension LorgnetteDecoderConfiguration {
    /// The configuration as a `config.json`; reading it again gives the same.
    ///
    /// - Parameter others: further members (`bos_token_id`, `eos_token_id`), put at the end.
    package func json(with others: [(key: String, value: JSONValue)] = []) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("architectures", .array([.string("LorgnetteDecoder")])), ("model_type", .string(Self.modelType)),
            ("vocab_size", .integer(vocabularySize)), ("hidden_size", .integer(width)),
            ("intermediate_size", .integer(hidden)), ("num_hidden_layers", .integer(layers)),
            ("num_attention_heads", .integer(heads)), ("num_key_value_heads", .integer(keyValueHeads)),
            ("head_dim", .integer(headWidth)), ("max_position_embeddings", .integer(trainingLength)),
            ("rms_norm_eps", .double(epsilon)), ("initializer_range", .double(tableDeviation)),
            ("tie_word_embeddings", .bool(tiesEmbeddings)), ("hidden_act", .string(activation.rawValue)),
            ("attention_mask", .string(mask.rawValue)), ("position_embedding_type", .string(positions.rawValue)),
            ("rope_theta", .double(rotaryBase)), ("xpos_scale_base", .double(decayDistance)),
        ]
        if let sparsity {
            let rules: [(key: String, value: JSONValue)] = [
                ("block_size", .integer(sparsity.block)), ("controller_rank", .integer(sparsity.rank)),
                ("temperature", .double(sparsity.temperature)), ("hard_rate", .double(sparsity.hardRate)),
            ]
            members.append(("sparsity", .object(rules)))
        }
        if let experts {
            let sizes: [(key: String, value: JSONValue)] = [
                ("intermediate_size", .integer(expertHidden)), ("shared_intermediate_size", .integer(sharedHidden)),
                ("every", .integer(expertsEvery)),
            ]
            members.append(("experts", .object(experts.members + sizes)))
        }
        if let base {
            var sizes = base.members
            if experts != nil { sizes.append(("base_expert_intermediate_size", .integer(base.expertHidden))) }
            if sharedHidden > 0 { sizes.append(("base_shared_intermediate_size", .integer(base.sharedHidden))) }
            members.append(("parametrization", .object(sizes)))
        }
        return .object(members + others)
    }
}

extension LorgnetteDecoderConfiguration.BaseSizes {
    fileprivate var members: [(key: String, value: JSONValue)] {
        [
            ("type", .string("mup")), ("base_hidden_size", .integer(width)),
            ("base_intermediate_size", .integer(hidden)), ("base_head_dim", .integer(headWidth)),
            ("base_query_size", .integer(queryWidth)), ("base_key_size", .integer(keyWidth)),
            ("output_multiplier", .double(outputMultiplier)),
        ]
    }
}
