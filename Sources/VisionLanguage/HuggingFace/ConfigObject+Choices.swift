import Checkpoints
import TensorEngine

extension ConfigObject {
    /// The number of layers (or experts) under `key`. No model in use has as many as are refused here; without a limit a damaged
    /// file would make us ask for parameters for hours.
    func layerCount(_ key: String, default fallback: Int) throws(ConfigError) -> Int {
        let count = try integer(key, default: fallback)
        try require(count <= 4_096, key, "at most 4096")
        return count
    }

    /// Throws where weights are said to be quantised in a way that cannot be read.
    func requireReadableWeights() throws(ConfigError) {
        guard let details = try optionalObject(ModelQuantisation.configKey) else { return }
        let method = try details.string("quant_method", default: "absent")
        let readable = [ModelQuantisation.method, "mxfp4"]
        guard readable.contains(method) else {
            throw details.unsupported("quant_method", found: method, supported: readable)
        }
    }

    /// The activation under `key`.
    func activation(_ key: String, default fallback: Activation) throws(ConfigError) -> Activation {
        guard let name = try optionalString(key) else { return fallback }
        guard let activation = Activation(named: name) else { throw unsupported(key, found: name) }
        return activation
    }
}
