import Checkpoints
import NeuralLayers
import TensorEngine

extension ConfigObject {
    /// The number of layers (or experts) under `key`. No model in use has as many as are refused here; without a limit a damaged
    /// file would make us ask for parameters for hours.
    func layerCount(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
        let count = try integer(key, default: fallback)
        try require(count <= 4_096, key, "at most 4096")
        return count
    }

    /// The activation under `key`.
    func activation(_ key: String, default fallback: Activation) throws(ConfigError) -> Activation {
        guard let name = try optionalString(key) else { return fallback }
        guard let activation = Activation(named: name) else { throw unsupported(key, found: name) }
        return activation
    }

    /// Base and scaling of rotary positions, in the newer spelling (`rope_parameters`) or the older (`rope_theta`,
    /// `rope_scaling`).
    func rotary(defaultBase: Double) throws(ConfigError) -> (base: Double, scaling: RotaryFrequencies.Scaling) {
        let older = try number("rope_theta", default: defaultBase)
        var details = try optionalObject("rope_parameters")
        if details == nil { details = try optionalObject("rope_scaling") }
        guard let details else { return (older, .none) }
        let base = try details.number("rope_theta", default: older)
        let kind = try details.string("rope_type", default: details.string("type", default: "default"))
        switch kind {
        case "default": return (base, .none)
        case "linear": return (base, .linear(factor: try details.number("factor")))
        case "llama3":
            return (
                base,
                .llama3(
                    factor: try details.number("factor"), lowFactor: try details.number("low_freq_factor"),
                    highFactor: try details.number("high_freq_factor"),
                    originalContext: try details.number("original_max_position_embeddings"))
            )
        default: throw details.unsupported("rope_type", found: kind)
        }
    }
}
