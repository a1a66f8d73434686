import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// Writes a model folder with a bridge laid over it as one float32 folder that transformers loads.
package struct ModelExport: Sendable {
    private let base: String
    private let bridge: BridgeFolder?
    private let weights: CheckpointFolder

    /// Weights files are cut at this many bytes, as `save_pretrained` cuts them.
    private static let shardLimit = 5_000_000_000

    /// The export of the model folder at `base` under the bridge at `bridge`.
    /// - Throws: where either is damaged, the base is quantised, or the bridge was trained against another base.
    package init(base: String, bridge: String?) throws(ModelFolderError) {
        self.base = base
        guard FileManager.default.fileExists(atPath: base) else { throw .missingFolder(base) }
        self.bridge = if let bridge { try BridgeFolder(path: bridge) } else { nil }
        let config = try ModelFolder.config(at: base)
        let own: BridgeDesign?
        do { own = try BridgeDesign(config) } catch { throw .config(error) }
        if let design = self.bridge?.design ?? own, !design.isPlain {
            throw .notExportable(bridge: bridge ?? base, design: design)
        }
        do { weights = try CheckpointFolder(path: base) } catch { throw .checkpoint(error) }
        guard !weights.isQuantised else { throw .quantisedAlready(folder: base) }
        try self.bridge?.check(against: weights, path: base)
    }

    /// Writes into the folder at `target`, which must exist: weights, and every other file of the base that is no weights.
    ///
    /// One tensor at a time is in memory.
    package func write(to target: String) throws(ModelFolderError) {
        do {
            try SafetensorsWriter().write(try items(), inFolder: target, shardLimit: Self.shardLimit)
            try SideFiles(folder: base).copy(to: target)
            if let bridge, FileManager.default.fileExists(atPath: bridge.path + "/lorgnette.json") {
                let prompts = try SideFiles(folder: bridge.path).bytes("lorgnette.json")
                try AtomicFile.write(prompts, to: target + "/lorgnette.json")
            }
            try AtomicFile.write(try config(), to: target + "/config.json")
        } catch { throw .checkpoint(error) }
    }

    /// Every tensor of the base under its name, those of the bridge in its values; floating-point ones as float32.
    private func items() throws(CheckpointError) -> [SafetensorsItem] {
        var items: [SafetensorsItem] = []
        for stored in weights.entries {
            let overlay = bridge?.weights.entry(named: stored.name)
            let folder = overlay == nil ? weights : bridge?.weights ?? weights
            guard let file = folder.file(of: stored.name) else { continue }
            let entry = overlay ?? stored
            guard entry.type.weightType != nil else {
                items.append(
                    SafetensorsItem(entry.name, type: entry.type, shape: entry.shape, bytes: file.bytes(of: entry)))
                continue
            }
            let tensor = try file.tensor(named: entry.name)
            items.append(SafetensorsItem(entry.name, dtype: .f32, shape: entry.shape) { tensor.converted(to: .f32) })
        }
        return items
    }

    /// The base's config, which says that the weights are float32.
    private func config() throws(CheckpointError) -> [UInt8] {
        let stored = try SideFiles(folder: base).bytes("config.json")
        guard let config = (try? JSONValue(parsing: stored)) else { return stored }
        return Array((Self.inFloat32(config).text + "\n").utf8)
    }

    private static func inFloat32(_ value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return value }
        return .object(
            object.members.map { key, value in
                let isType = (key == "dtype" || key == "torch_dtype") && value.string != nil
                return (key, isType ? .string("float32") : inFloat32(value))
            })
    }
}
