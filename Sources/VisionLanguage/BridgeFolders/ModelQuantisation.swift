import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// Writes a model folder whose matrices are blocks of 8 or 4 bits an element: what `--dtype` makes in memory, on disk.
///
/// Tensors stand there under the names of our parameters, each in the type it would be held in: matrices with rows of whole blocks
/// quantised, vectors float32, all else as it was. So the new folder gives the same logits, bit for bit, as the old one
/// with `--dtype`; it is mapped as any other, and takes no time to load. `config.json` says `quantization_config`, so that
/// programs that do not know the layout refuse it.
package struct ModelQuantisation: Sendable {
    private let base: String
    private let type: WeightType
    private let source: CheckpointParameters

    /// Weights files are cut at this many bytes, as `save_pretrained` cuts them.
    private static let shardLimit = 5_000_000_000
    /// `quant_method` of the configs it writes.
    package static let method = "lorgnette"
    /// The key of a config that says so.
    package static let configKey = "quantization_config"

    /// The quantisation of the model folder at `base`.
    ///
    /// - Parameter type: q8_0 or q4_0.
    /// - Throws: where the folder is damaged, of a kind that cannot be read, quantised already, or has nothing to quantise.
    package init(base: String, to type: WeightType) throws(ModelFolderError) {
        self.base = base
        self.type = type
        let config = try ModelFolder.config(at: base)
        let architecture: FolderArchitecture
        do { architecture = try FolderArchitecture(config) } catch { throw .config(error) }
        let folder: CheckpointFolder
        do { folder = try CheckpointFolder(path: base) } catch { throw .checkpoint(error) }
        guard !folder.isQuantised else { throw .quantisedAlready(folder: base) }
        source = CheckpointParameters(folder, rules: architecture.rules, holding: type)
        architecture.visitParameters(in: ParameterScope(ParameterSurvey(source)))
        do { try source.finish() } catch { throw .checkpoint(error) }
        guard source.askedItems.contains(where: \.isBlock) else {
            throw .nothingToQuantise(folder: base, type: type.rawValue)
        }
    }

    /// Writes into the folder at `target`, which must exist: weights, config, and every other file of the base.
    ///
    /// One tensor at a time is in memory.
    package func write(to target: String) throws(ModelFolderError) {
        do {
            try SafetensorsWriter().write(source.askedItems, inFolder: target, shardLimit: Self.shardLimit)
            let files = SideFiles(folder: base)
            try files.copy(to: target)
            try AtomicFile.write(config(try files.bytes("config.json")), to: target + "/config.json")
        } catch { throw .checkpoint(error) }
    }

    /// The base's config, which says how the weights are stored.
    private func config(_ stored: [UInt8]) -> [UInt8] {
        guard let object = (try? JSONValue(parsing: stored))?.object else { return stored }
        let said = JSONValue.object([("quant_method", .string(Self.method)), ("type", .string(type.rawValue))])
        let others = object.members.filter { $0.key != Self.configKey }
        return Array((JSONValue.object(others + [(Self.configKey, said)]).text + "\n").utf8)
    }
}
