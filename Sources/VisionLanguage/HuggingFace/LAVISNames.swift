import Checkpoints

/// The names that LAVIS, BLIP-2's first home, gives weights, as rules to the names that transformers gives them.
///
/// LAVIS publishes `.pth` files, which are not read; a folder with a `config.json` as transformers writes it and the same weights
/// in safetensors is. Its vision encoder must be the ViT-g: the ViT-L there has names of its own.
enum LAVISNames {
    /// Where the querying transformer's embeddings lie in transformers' names.
    struct Places {
        /// The first norm.
        let norm: String
        /// Word and position embeddings.
        let words: String

        /// BLIP-2's: no text.
        static let plain = Places(norm: "qformer.layernorm", words: "qformer.embeddings")
        /// InstructBLIP's.
        static let instructed = Places(norm: "qformer.embeddings.layernorm", words: "qformer.embeddings")
        /// Image–text matching's.
        static let matching = Places(norm: "qformer.layernorm", words: "embeddings")
    }

    /// The rules, to stand before all others; they touch no name of transformers'.
    static func rules(_ places: Places) -> CheckpointRules {
        CheckpointRules(vision + queryTransformer(places) + heads + languageModels)
    }

    private static let vision: [CheckpointRule] = {
        let (old, new) = ("visual_encoder.blocks.{i}", "vision_model.encoder.layers.{i}")
        func moved(_ from: String, _ to: String) -> CheckpointRule {
            .rename(NamePattern("\(old).\(from)"), to: NamePattern("\(new).\(to)"))
        }
        return [
            .rename("visual_encoder.cls_token", to: "vision_model.embeddings.class_embedding"),
            .rename("visual_encoder.pos_embed", to: "vision_model.embeddings.position_embedding"),
            .rename("visual_encoder.patch_embed.proj.*", to: "vision_model.embeddings.patch_embedding.*"),
            .rename("ln_vision.*", to: "vision_model.post_layernorm.*"),
            moved("norm1.*", "layer_norm1.*"), moved("norm2.*", "layer_norm2.*"), moved("mlp.*", "mlp.*"),
            moved("attn.proj.*", "self_attn.projection.*"), moved("attn.qkv.*", "self_attn.qkv.*"),
            // Keys have no bias.
            .join(
                [.tensor(NamePattern("\(old).attn.q_bias")), .zeros, .tensor(NamePattern("\(old).attn.v_bias"))],
                into: NamePattern("\(new).self_attn.qkv.bias")),
        ]
    }()

    private static func queryTransformer(_ places: Places) -> [CheckpointRule] {
        let (old, new) = ("Qformer.bert.encoder.layer.{i}", "qformer.encoder.layer.{i}")
        let attentions = ["attention", "crossattention"].map { name in
            CheckpointRule.rename(
                NamePattern("\(old).\(name).self.*"), to: NamePattern("\(new).\(name).attention.*"))
        }
        return attentions + [
            .rename(NamePattern("\(old).*"), to: NamePattern("\(new).*")),
            .rename("Qformer.bert.embeddings.LayerNorm.*", to: NamePattern("\(places.norm).*")),
            .ignore("Qformer.bert.embeddings.position_ids", because: "counted, not learned"),
            .rename("Qformer.bert.embeddings.*", to: NamePattern("\(places.words).*")),
        ]
    }

    private static let heads: [CheckpointRule] = [
        .ignore("Qformer.cls.predictions.decoder.*", because: "the head is the word table, its bias said beside"),
        .rename("Qformer.cls.*", to: "cls.*"),
        .rename("vision_proj.*", to: "vision_projection.*"), .rename("text_proj.*", to: "text_projection.*"),
        .reshape("temp", [1]), .rename("temp", to: "temperature"),
    ]

    private static let languageModels: [CheckpointRule] = ["opt", "t5", "llm"].flatMap { name in
        [
            CheckpointRule.rename(NamePattern("\(name)_proj.*"), to: "language_projection.*"),
            .rename(NamePattern("\(name)_model.*"), to: "language_model.*"),
        ]
    }
}
