import Foundation
import JSONText
import TensorEngine

/// `model.safetensors.index.json`: which shard holds which tensor.
///
///     {"metadata": {"total_size": 24}, "weight_map": {"a": "model-00001-of-00002.safetensors", …}}
///
/// `total_size` is not checked: writers disagree on what it counts.
struct ShardIndex {
    let file: String
    /// The shard of each tensor.
    let shardOf: [String: String]
    /// The shards by name.
    let shards: [String]

    /// Reads the index at `file`.
    init(file: String) throws(CheckpointError) {
        self.file = file
        let value = try Self.read(file)
        guard case .object(let object) = value else {
            throw .malformedIndex(file: file, key: "the whole", expected: "an object", found: value.kind)
        }
        if let key = object.duplicateKey {
            throw .malformedIndex(file: file, key: key, expected: "the key once", found: "the key twice")
        }
        guard case .object(let map)? = object["weight_map"] else {
            throw .malformedIndex(
                file: file, key: "weight_map", expected: "an object", found: object["weight_map"]?.kind ?? "nothing")
        }
        var shardOf: [String: String] = [:]
        for (tensor, shard) in map.members {
            guard case .string(let name) = shard, Self.isFileName(name) else {
                throw .malformedIndex(
                    file: file, key: "weight_map, \(tensor)", expected: "the name of a file beside the index",
                    found: shard.shown)
            }
            if let other = shardOf.updateValue(name, forKey: tensor) {
                throw .tensorsInTwoShards(
                    index: file, tensors: [.init(tensor: tensor, shard: other), .init(tensor: tensor, shard: name)])
            }
        }
        self.shardOf = shardOf
        shards = Set(shardOf.values).sorted()
    }

    private static func read(_ file: String) throws(CheckpointError) -> JSONValue {
        let bytes: [UInt8]
        do {
            bytes = try TextFile.bytes(of: file)
        } catch {
            throw error.isMissing ? .fileMissing(file: file) : .cannotRead(file: file, code: error.code)
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .indexNotJSON(file: file, reason: error.reason, offset: error.offset)
        }
    }

    /// Shards stand beside their index: a path that leads elsewhere is not followed.
    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && !name.contains("/") && !name.contains("\0") && name != "." && name != ".."
    }

    /// Opens every shard and checks that headers and index agree.
    func open(in folder: String) throws(CheckpointError) -> [SafetensorsFile] {
        let path = folder.hasSuffix("/") ? folder : folder + "/"
        let absent = shards.filter { !FileManager.default.fileExists(atPath: path + $0) }
        guard absent.isEmpty else { throw .shardsMissing(index: file, shards: absent) }
        var files: [SafetensorsFile] = []
        for shard in shards { files.append(try SafetensorsFile(path: path + shard)) }
        try checkAgreement(files)
        return files
    }

    private func checkAgreement(_ files: [SafetensorsFile]) throws(CheckpointError) {
        var shardsHolding: [String: [String]] = [:]
        var unnamed: [CheckpointError.TensorPlace] = []
        for (shard, file) in zip(shards, files) {
            for entry in file.entries {
                shardsHolding[entry.name, default: []].append(shard)
                if shardOf[entry.name] == nil { unnamed.append(.init(tensor: entry.name, shard: shard)) }
            }
        }
        let twice = shardsHolding.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        guard twice.isEmpty else {
            let places = twice.flatMap { name, shards in
                shards.map { CheckpointError.TensorPlace(tensor: name, shard: $0) }
            }
            throw .tensorsInTwoShards(index: file, tensors: places)
        }
        let absent = shardOf.filter { name, shard in shardsHolding[name] != [shard] }.sorted { $0.key < $1.key }
        guard absent.isEmpty else {
            throw .tensorsNotInShards(
                index: file, tensors: absent.map { CheckpointError.TensorPlace(tensor: $0.key, shard: $0.value) })
        }
        guard unnamed.isEmpty else { throw .tensorsNotInIndex(index: file, tensors: unnamed) }
    }
}
