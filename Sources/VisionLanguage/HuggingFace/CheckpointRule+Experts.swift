import Checkpoints

extension CheckpointRule {
    /// Rules for gated experts below `place` (say `model.layers.{i}.mlp.experts`), in every layout in use: one by one under
    /// Llama's names (which is how our layers ask for them) or Mixtral's (`w1`, `w3`, `w2`), or stacked.
    ///
    /// Stacks are cut into views: nothing is copied.
    static func gatedExperts(at place: String) -> [CheckpointRule] {
        [
            // transformers 5 holds experts stacked; it saves them one by one, others save what they hold.
            .unstack(NamePattern("\(place).gate_up_proj"), into: NamePattern("\(place).{e}.gate_up")),
            .unstack(NamePattern("\(place).down_proj"), into: NamePattern("\(place).{e}.down_proj.weight")),
            .split(
                NamePattern("\(place).{e}.gate_up"),
                into: [NamePattern("\(place).{e}.gate_proj.weight"), NamePattern("\(place).{e}.up_proj.weight")]),
            .rename(NamePattern("\(place).{e}.w1.weight"), to: NamePattern("\(place).{e}.gate_proj.weight")),
            .rename(NamePattern("\(place).{e}.w3.weight"), to: NamePattern("\(place).{e}.up_proj.weight")),
            .rename(NamePattern("\(place).{e}.w2.weight"), to: NamePattern("\(place).{e}.down_proj.weight")),
        ]
    }

    /// Tensors of decoders with rotary positions that are not parameters, below `prefix`.
    static func computed(prefix: String, tiesEmbeddings: Bool) -> [CheckpointRule] {
        let frequencies: [CheckpointRule] = [
            .ignore(
                NamePattern("\(prefix)model.layers.{i}.self_attn.rotary_emb.inv_freq"),
                because: "computed from the config")
        ]
        guard tiesEmbeddings else { return frequencies }
        return frequencies + [
            .ignore(NamePattern("\(prefix)lm_head.weight"), because: "the head is the embedding table")
        ]
    }
}
