import Checkpoints
import TensorEngine

extension SigLIPVisionConfiguration: VisionEncoderConfiguration {
    package static let modelTypes = ["siglip_vision_model"]

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
        try config.requireVisionSizes(self)
    }

    package func makeEncoder(in scope: ParameterScope) -> any VisionEncoder { SigLIPVisionEncoder(self, in: scope) }

    package func rules(prefix: String) -> [CheckpointRule] {
        [
            .ignore(
                NamePattern("\(prefix)head.*"), because: "pools features into one vector, which a bridge does not read")
        ]
    }
}
