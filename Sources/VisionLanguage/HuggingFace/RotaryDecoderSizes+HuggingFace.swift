import Checkpoints
import NeuralLayers
import TensorEngine

extension RotaryDecoderSizes {
    /// Reads what `config` says of these sizes; what it leaves out stays as it is.
    ///
    /// - Parameter fallback: key–value heads of a config that does not say; nil for as many as heads.
    mutating func read(_ config: ConfigObject, keyValueHeads fallback: Int? = nil) throws(ConfigError) {
        vocabularySize = try config.integer("vocab_size", default: vocabularySize)
        width = try config.integer("hidden_size", default: width)
        hidden = try config.integer("intermediate_size", default: hidden)
        layers = try config.layerCount("num_hidden_layers", default: layers)
        heads = try config.integer("num_attention_heads", default: heads)
        // null means as many as heads, whatever the default.
        keyValueHeads = config.holds("num_key_value_heads") ? heads : fallback ?? heads
        keyValueHeads = try config.integer("num_key_value_heads", default: keyValueHeads)
        contextLength = try config.integer("max_position_embeddings", default: contextLength)
        epsilon = try config.number("rms_norm_eps", default: epsilon)
        activation = try config.activation("hidden_act", default: activation)
        tiesEmbeddings = try config.bool("tie_word_embeddings", default: tiesEmbeddings)
        try config.require(
            heads % keyValueHeads == 0, "num_key_value_heads", "a divisor of num_attention_heads \(heads)")
        windows = Array(repeating: nil, count: layers)
    }

    /// Reads the width of heads (`head_dim`, or where there is none an equal share of the width) and their rotation.
    ///
    /// - Parameter fallback: the head width of a config that does not say; nil for an equal share.
    mutating func readHeads(_ config: ConfigObject, default fallback: Int? = nil) throws(ConfigError) {
        if let given = try config.optionalInteger("head_dim") {
            headWidth = try config.integer("head_dim", default: given)
        } else if let fallback, !config.holds("head_dim") {
            headWidth = fallback
        } else {
            try config.require(width % heads == 0, "num_attention_heads", "a divisor of hidden_size \(width)")
            headWidth = width / heads
        }
        try config.require(headWidth % 2 == 0, "head_dim", "an even number, or heads of even width")
        rotary = try config.rotaryFrequencies(
            width: headWidth, defaultBase: rotary.base, contextLength: contextLength)
    }

    /// Rows of all layers that do not attend further than `sliding_window` tokens back.
    ///
    /// - Parameters:
    ///   - isSliding: which layers do where the config has no `layer_types`.
    ///   - fallback: the window of a config that does not say.
    mutating func readWindows(
        _ config: ConfigObject, default fallback: Int?, isSliding: (Int) -> Bool
    ) throws(ConfigError) {
        guard let window = try config.window("sliding_window", default: fallback) else { return }
        let kinds = try config.optionalStrings("layer_types")
        if let kinds {
            try config.require(kinds.count == layers, "layer_types", "one for each of \(layers) layers")
            for kind in kinds where kind != "sliding_attention" && kind != "full_attention" {
                throw config.unsupported(
                    "layer_types", found: kind, supported: ["full_attention", "sliding_attention"])
            }
        }
        windows = (0..<layers).map { layer in
            let slides = kinds.map { $0[layer] == "sliding_attention" } ?? isSliding(layer)
            return slides ? window : nil
        }
    }
}

extension ConfigObject {
    /// The number of tokens under `key`; nil where the file says `null`, `fallback` where it says nothing.
    func window(_ key: String, default fallback: Int?) throws(ConfigError) -> Int? {
        guard let found = try optionalInteger(key) else { return holds(key) ? nil : fallback }
        return try integer(key, default: found)
    }

    /// The indices of layers under `key`.
    func layerSet(_ key: String) throws(ConfigError) -> Set<Int> { Set(try optionalIntegers(key) ?? []) }
}
