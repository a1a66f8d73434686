import Checkpoints

extension DINOv2Configuration: VisionEncoderConfiguration {
    package static let modelTypes = ["dinov2", "dinov2_with_registers"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        hasQKVBias = try config.bool("qkv_bias", default: hasQKVBias)
        isGated = try config.bool("use_swiglu_ffn", default: isGated)
        let ratio = try config.number("mlp_ratio", default: 4)
        try config.require((0.01...64).contains(ratio), "mlp_ratio", "a number from 0.01 to 64")
        sizes.hidden = Int(Double(sizes.width) * ratio)
        // A gate makes three matrices of two, so it is two thirds as wide, rounded up to a multiple of eight.
        if isGated { sizes.hidden = (sizes.hidden * 2 / 3 + 7) / 8 * 8 }
        try config.require(sizes.hidden >= 1, "mlp_ratio", "great enough for a feed-forward")
        if try config.string("model_type", default: "dinov2") == "dinov2_with_registers" {
            registers = try config.integer("num_register_tokens", default: 4)
        }
    }

    package func rules(prefix: String) -> [CheckpointRule] {
        let joined = "\(prefix)encoder.layer.{i}.mlp.weights_in"
        let apart = "\(prefix)encoder.layer.{i}.mlp"
        let mask = "\(prefix)embeddings.mask_token"
        return ["dinov2", "dinov2_with_registers"].map { name in
            .rename(NamePattern("\(prefix)\(name).*"), to: NamePattern("\(prefix)*"))
        } + [
            .ignore(NamePattern("\(prefix)classifier.*"), because: "tells classes, not features"),
            .ignore(NamePattern(mask), because: "for pre-training with hidden patches"),
        ]
            + ["weight", "bias"].flatMap { kind -> [CheckpointRule] in
                [
                    .split(
                        NamePattern("\(joined).\(kind)"),
                        into: [NamePattern("\(apart).gate_proj.\(kind)"), NamePattern("\(apart).up_proj.\(kind)")]),
                    .rename(
                        NamePattern("\(apart).weights_out.\(kind)"), to: NamePattern("\(apart).down_proj.\(kind)")),
                ]
            }
    }
}
