import Foundation
import TensorEngine

/// A model's weights on disk: one safetensors file or several shards with an index, opened and checked once.
///
///     let folder = try CheckpointFolder(path: "blip2-opt-2.7b")
///     folder.entry(named: "query_tokens")?.shape   // [1, 32, 768]
///     try ConfigObject(file: folder.file("config.json"))
package struct CheckpointFolder: Sendable {
    /// The names looked for, in this order, as transformers does.
    package static let weightsName = "model.safetensors"
    /// The index of shards.
    package static let indexName = "model.safetensors.index.json"

    /// The folder.
    package let path: String
    /// The weight files: one, or the shards in the order of their names.
    package let files: [SafetensorsFile]
    /// The index that names the shards, where there are shards.
    package let indexPath: String?
    private let places: [String: Place]

    private struct Place: Sendable {
        let file: Int
        let entry: SafetensorsEntry
    }

    /// Opens the weights of the model folder at `path`, or the one file that `path` is.
    /// - Parameter weights: the file name of the weights, where it is not one of the usual two
    ///   (`bridge.safetensors`); an index if it ends in `.json`.
    /// - Throws: `CheckpointError`; all headers are checked, no tensor is touched.
    package init(path: String, weights: String? = nil) throws(CheckpointError) {
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .fileMissing(file: path)
        }
        guard isFolder.boolValue else {
            let url = URL(filePath: path)
            let folder = path.contains("/") ? url.deletingLastPathComponent().path(percentEncoded: false) : "."
            try self.init(folder: folder, weights: url.lastPathComponent)
            return
        }
        let name: String
        if let weights { name = weights } else { name = try Self.weights(in: path) }
        try self.init(folder: path, weights: name)
    }

    private init(folder: String, weights: String) throws(CheckpointError) {
        path = folder
        let file = Self.join(folder, weights)
        if weights.hasSuffix(".json") {
            indexPath = file
            files = try ShardIndex(file: file).open(in: folder)
        } else {
            indexPath = nil
            files = [try SafetensorsFile(path: file)]
        }
        var places: [String: Place] = [:]
        for (number, file) in files.enumerated() {
            for entry in file.entries { places[entry.name] = Place(file: number, entry: entry) }
        }
        self.places = places
    }

    private static func weights(in folder: String) throws(CheckpointError) -> String {
        for name in [weightsName, indexName] where FileManager.default.fileExists(atPath: join(folder, name)) {
            return name
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let others = names.sorted().filter { name in otherFormats.contains(where: name.hasSuffix) }
        guard others.isEmpty else { throw .weightsInOtherFormat(folder: folder, files: others) }
        throw .weightsMissing(folder: folder, lookedFor: [weightsName, indexName])
    }

    /// How the names of weights end that are in no format of ours.
    private static let otherFormats = [".bin", ".pt", ".pth", ".ckpt", ".msgpack", ".h5", ".gguf", ".onnx"]

    /// Whether a file of a model folder holds weights, in whatever format, or is the index of shards.
    package static func holdsWeights(_ name: String) -> Bool {
        ([".safetensors", ".safetensors.index.json", ".bin.index.json"] + otherFormats).contains(where: name.hasSuffix)
    }

    private static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The path of a file of the folder, whether or not it is there.
    package func file(_ name: String) -> String { Self.join(path, name) }

    /// Every tensor, shard by shard in the order of their headers.
    package var entries: [SafetensorsEntry] { files.flatMap(\.entries) }

    /// Whether weights stand in blocks, as `quantize` leaves them.
    package var isQuantised: Bool { files.contains { $0.entries.contains { $0.type.isBlock } } }

    /// How many bytes the tensors take on disk.
    package var byteCount: Int { files.reduce(0) { $0 + $1.map.byteCount - $1.header.dataStart } }

    /// The tensor called `name`, where there is one.
    package func entry(named name: String) -> SafetensorsEntry? { places[name]?.entry }

    /// The file in which `name` stands.
    package func file(of name: String) -> SafetensorsFile? { places[name].map { files[$0.file] } }
}
