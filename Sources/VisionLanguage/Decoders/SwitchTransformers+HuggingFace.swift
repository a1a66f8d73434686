import Checkpoints
import TensorEngine

extension SwitchConfiguration: LanguageModelConfiguration {
    package static let modelType = "switch_transformers"
    package static let isEncoderDecoder = true

    package init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        try sizes.read(config)
        sizes.activation = try config.activation("dense_act_fn", default: .relu)
        sizes.tiesEmbeddings = try config.bool("tie_word_embeddings", default: true)
        sizes.scalesOutput = sizes.tiesEmbeddings
        experts = try config.layerCount("num_experts", default: experts)
        capacity = try config.integer("expert_capacity", default: capacity)
        hasRouterBias = try config.bool("router_bias", default: hasRouterBias)
        encoderStep = try Self.step(config, "num_sparse_encoder_layers", of: sizes.encoderLayers)
        decoderStep = try Self.step(config, "num_sparse_decoder_layers", of: sizes.decoderLayers)
        let type = try config.string("router_dtype", default: "float32")
        guard type == "float32" else {
            throw config.unsupported("router_dtype", found: type, supported: ["float32"])
        }
    }

    /// How far apart layers with experts are.
    private static func step(_ config: ConfigObject, _ key: String, of layers: Int) throws(ConfigError) -> Int {
        let sparse = try config.integer(key, default: 3, minimum: 0)
        return sparse > 0 ? layers / sparse : layers
    }

    package var embeddingWidth: Int { sizes.width }

    package var inactiveParametersPerToken: Int {
        let sparse =
            (0..<sizes.encoderLayers).count { isSparse(.encoder, layer: $0) }
            + (0..<sizes.decoderLayers).count { isSparse(.decoder, layer: $0) }
        return sparse * (experts - 1) * 2 * sizes.width * sizes.hidden
    }

    package func rules(prefix: String) -> [CheckpointRule] { sizes.rules(prefix: prefix) }
}
