import Checkpoints
import Foundation

/// The files of a model folder that are not its weights: configurations, tokenizers, pre-processing.
struct SideFiles: Sendable {
    /// The folder.
    let folder: String

    /// Copies all but the config, the second tokenizer of InstructBLIP's included, into the folder at `target`.
    func copy(to target: String) throws(CheckpointError) {
        for name in names(of: folder) where Self.isCopied(name) {
            try AtomicFile.write(try bytes(name), to: target + "/" + name)
        }
        let inner = BridgeTokenizer.folderName
        let files = names(of: folder + "/" + inner)
        guard !files.isEmpty else { return }
        let place = URL(filePath: target + "/" + inner, directoryHint: .isDirectory)
        do { try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true) } catch {
            throw .cannotWrite(file: place.path, operation: .create, code: EIO)
        }
        for name in files { try AtomicFile.write(try bytes("\(inner)/\(name)"), to: "\(target)/\(inner)/\(name)") }
    }

    /// The bytes of the file `name`.
    func bytes(_ name: String) throws(CheckpointError) -> [UInt8] {
        let path = folder + "/" + name
        guard let data = FileManager.default.contents(atPath: path) else { throw .cannotRead(file: path, code: EIO) }
        return Array(data)
    }

    /// Everything but weights (in any format), indices of shards and what is written anew.
    private static func isCopied(_ name: String) -> Bool {
        !name.hasPrefix(".") && name != "config.json" && !CheckpointFolder.holdsWeights(name)
    }

    /// The plain files of a folder, sorted.
    private func names(of folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { name in
            var isFolder: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}
