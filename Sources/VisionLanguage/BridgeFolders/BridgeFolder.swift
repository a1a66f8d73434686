import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// A finetuned bridge: the trained tensors, and what they were trained against.
///
/// The folder holds `bridge.safetensors` (float32, under the names of the checkpoint), `config.json` of the base, and
/// `bridge.json`: `{"format": 1, "base": {part: SHA-256, ...}, "trained": [...], "steps": n}`; a `lorgnette.json` where the
/// bridge was trained with prompts of its own. A bridge of another architecture than BLIP-2's, or one with adapters, is of
/// format 2, and its record has `bridge_config` and `adapter_config` as well.
package struct BridgeFolder: Sendable {
    /// Where it is.
    package let path: String
    /// The trained tensors.
    package let weights: CheckpointFolder
    /// What the base must be.
    package let base: BaseFingerprint
    /// The record as it stands in the folder.
    package let record: JSONObject
    /// The architecture, where it is another than the base's or has adapters.
    package let design: BridgeDesign?

    /// The names of the files.
    package static let weightsName = "bridge.safetensors"
    package static let recordName = "bridge.json"

    /// Opens the folder at `path`; no tensor is touched.
    package init(path: String) throws(ModelFolderError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .missingBridge(path) }
        self.path = path
        do throws(ConfigError) {
            let config = try ConfigObject(path: path + "/" + Self.recordName)
            let format = try config.integer("format", default: 1)
            guard format == 1 || format == 2 else {
                throw config.unsupported("format", found: "\(format)", supported: ["1", "2"])
            }
            design = try BridgeDesign(config)
            base = try BaseFingerprint(config.objectOrDefaults("base"))
            record = config.object
        } catch { throw .config(error) }
        do { weights = try CheckpointFolder(path: path, weights: Self.weightsName) } catch { throw .checkpoint(error) }
    }

    /// Whether this bridge belongs to the model folder at `path`.
    /// - Throws: `ModelFolderError.wrongBase` with the parts that differ, `.strayBridgeTensors` with the names that the base does
    ///   not have.
    package func check(against folder: CheckpointFolder, path: String) throws(ModelFolderError) {
        let found: BaseFingerprint
        do { found = try BaseFingerprint(path: path, weights: folder) } catch { throw .checkpoint(error) }
        let differences = base.differences(from: found)
        guard differences.isEmpty else {
            throw .wrongBase(bridge: self.path, base: path, parts: differences.map(\.rawValue))
        }
        // Tensors of another architecture or of adapters are checked against the model that the record describes.
        let stray = weights.entries.map(\.name).filter { name in
            if design != nil, BridgeDesign.ownPrefixes.contains(where: name.hasPrefix) { return false }
            return folder.entry(named: name) == nil || name.hasPrefix("language_model.")
        }
        guard stray.isEmpty else { throw .strayBridgeTensors(bridge: self.path, names: stray) }
    }

    /// Writes a bridge into the folder at `path`, which must exist.
    ///
    /// - Parameters:
    ///   - tensors: the trained weights, float32.
    ///   - base: what they were trained against.
    ///   - design: what they are the weights of.
    ///   - trained: names of those that were trained; nil for all.
    ///   - facts: what else the record is to say.
    package static func write(
        _ tensors: [(name: String, value: Tensor)], base: BaseFingerprint, config: [UInt8],
        design: BridgeDesign = BridgeDesign(), trained: [String]? = nil, facts: [(key: String, value: JSONValue)],
        to path: String
    ) throws(CheckpointError) {
        try SafetensorsWriter().write(tensors.map { SafetensorsItem($0.name, $0.value) }, to: path + "/" + weightsName)
        try AtomicFile.write(config, to: path + "/config.json")
        let record = JSONValue.object(
            [("format", .integer(design.isPlain ? 1 : 2)), ("base", base.json)] + design.members + facts
                + [("trained", .array((trained ?? tensors.map(\.name)).map { .string($0) }))])
        try AtomicFile.write(Array((record.text + "\n").utf8), to: path + "/" + recordName)
    }
}
