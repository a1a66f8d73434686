import Checkpoints
import TensorEngine

extension ViTConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["vit"]

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        width = try config.integer("hidden_size", default: width)
        hidden = try config.integer("intermediate_size", default: hidden)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        imageSize = try config.integer("image_size", default: imageSize)
        patch = try config.integer("patch_size", default: patch)
        activation = try config.activation("hidden_act", default: activation)
        epsilon = try config.number("layer_norm_eps", default: epsilon)
        hasQKVBias = try config.bool("qkv_bias", default: hasQKVBias)
        try config.requireVisionSizes(self)
    }

    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder { ViTVisionEncoder(self, in: scope) }

    package func rules(prefix: String) -> [CheckpointRule] {
        // Classifiers carry the encoder under its own name, and a head.
        [
            .rename(NamePattern("\(prefix)vit.*"), to: NamePattern("\(prefix)*")),
            .ignore(NamePattern("\(prefix)pooler.*"), because: "makes one vector of the class token"),
            .ignore(NamePattern("\(prefix)classifier.*"), because: "tells classes, not features"),
            .ignore(NamePattern("\(prefix)embeddings.mask_token"), because: "for pre-training with hidden patches"),
        ]
    }
}
