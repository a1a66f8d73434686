import Checkpoints
import TensorEngine

extension BLIP2VisionConfiguration {
    /// The sizes that a `vision_config` of type `blip_2_vision_model` (or InstructBLIP's, which is the same) gives.
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
        try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
        try config.require(patch <= imageSize, "patch_size", "at most image_size \(imageSize)")
    }
}
