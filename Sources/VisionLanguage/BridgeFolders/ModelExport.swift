import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// Writes a model folder with a bridge laid over it as one folder, which transformers loads where it knows the architecture.
package struct ModelExport: Sendable {
    /// The type in which weights are written.
    package enum Precision: String, Sendable, CaseIterable {
        /// Everything in float32.
        case f32
        /// Matrices of vision encoder and bridge rounded to bfloat16, their vectors (gains, biases) in float32, which takes
        /// nothing; the language model bit for bit as it is stored.
        case bf16
    }

    private let base: String
    private let precision: Precision
    private let bridge: BridgeFolder?
    private let weights: CheckpointFolder

    /// Weights files are cut at this many bytes, as `save_pretrained` cuts them.
    private static let shardLimit = 5_000_000_000

    /// The export of the model folder at `base` under the bridge at `bridge`.
    /// - Throws: where either is damaged, the base is quantised, or the bridge was trained against another base.
    package init(base: String, bridge: String?, precision: Precision = .f32) throws(ModelFolderError) {
        self.base = base
        self.precision = precision
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

    /// Writes into the folder at `target`, which must exist: weights, and every other file of the base that is no weights,
    /// notices, licences and model card among them.
    ///
    /// One tensor at a time is in memory.
    package func write(to target: String) throws(ModelFolderError) {
        let files: [(name: String, bytes: [UInt8])]
        do throws(ConfigError) { files = try LorgnetteFiles.exported(base: base, bridge: bridge?.path) } catch {
            throw .config(error)
        }
        do {
            try SafetensorsWriter().write(try items(), inFolder: target, shardLimit: Self.shardLimit)
            try SideFiles(folder: base).copy(to: target)
            for (name, bytes) in files { try AtomicFile.write(bytes, to: target + "/" + name) }
            // What pictures the model knows: only as long as the model is the same.
            let known = LorgnetteFiles.familiarityName
            if bridge == nil, FileManager.default.fileExists(atPath: base + "/" + known) {
                try AtomicFile.write(try SideFiles(folder: base).bytes(known), to: target + "/" + known)
            }
            try AtomicFile.write(try config(), to: target + "/config.json")
        } catch { throw .checkpoint(error) }
    }

    /// Every tensor of the base under its name, those of the bridge in its values; floating-point ones as `precision` says.
    private func items() throws(CheckpointError) -> [SafetensorsItem] {
        var items: [SafetensorsItem] = []
        for stored in weights.entries {
            let overlay = bridge?.weights.entry(named: stored.name)
            let folder = overlay == nil ? weights : bridge?.weights ?? weights
            guard let file = folder.file(of: stored.name) else { continue }
            let entry = overlay ?? stored
            guard entry.type.weightType != nil, let type = typeWritten(entry) else {
                items.append(
                    SafetensorsItem(entry.name, type: entry.type, shape: entry.shape, bytes: file.bytes(of: entry)))
                continue
            }
            let tensor = try file.tensor(named: entry.name)
            items.append(
                SafetensorsItem(entry.name, dtype: type, shape: entry.shape) { tensor.converted(to: type) })
        }
        return items
    }

    /// The type in which a tensor is written; nil for its bytes as they are.
    private func typeWritten(_ entry: SafetensorsEntry) -> DType? {
        switch precision {
        case .f32: .f32
        case .bf16: entry.name.hasPrefix(Self.decoderPrefix) ? nil : entry.shape.count > 1 ? .bf16 : .f32
        }
    }

    private static let decoderPrefix = "language_model."

    /// The base's config, which says in what type the weights are.
    private func config() throws(CheckpointError) -> [UInt8] {
        let stored = try SideFiles(folder: base).bytes("config.json")
        guard let config = (try? JSONValue(parsing: stored)) else { return stored }
        return Array((Self.retyped(config, as: precision).text + "\n").utf8)
    }

    private static func retyped(_ value: JSONValue, as precision: Precision) -> JSONValue {
        guard case .object(let object) = value else { return value }
        return .object(
            object.members.map { key, value in
                // The language model's stays what its bits are.
                if precision == .bf16, key == "text_config" { return (key, value) }
                let isType = (key == "dtype" || key == "torch_dtype") && value.string != nil
                let name = precision == .f32 ? "float32" : "bfloat16"
                return (key, isType ? .string(name) : retyped(value, as: precision))
            })
    }
}
