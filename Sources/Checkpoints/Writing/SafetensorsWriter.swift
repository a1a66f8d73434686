import Foundation
import JSONText
import TensorEngine

/// Writes safetensors files as the reference library does: aligned, without holes, under their name only when complete.
///
///     try SafetensorsWriter().write([SafetensorsItem("query_tokens", queries)], to: "bridge.safetensors")
///
/// Tensors stand in the order given, those of wider elements first, so that every tensor is aligned to its elements. Blocks are
/// written as `BlockLayout` says.
package struct SafetensorsWriter: Sendable {
    /// Strings for the header; transformers wants to read `format: pt`.
    package let metadata: [String: String]

    /// A writer of files with these metadata.
    package init(metadata: [String: String] = ["format": "pt"]) { self.metadata = metadata }

    /// Writes one file.
    /// - Throws: `CheckpointError.cannotWrite`, and then what stood at `path` before still stands there;
    ///   `.nameWrittenTwice` or `.nameReserved` before anything is written.
    package func write(_ items: [SafetensorsItem], to path: String) throws(CheckpointError) {
        try check(items)
        let file = try begin(items, path)
        try file.finish()
    }

    /// Writes a model's weights into `folder`: `model.safetensors`, or shards and their index where that would take
    /// more than `shardLimit` bytes of tensors. Weights of the other layout that stood there are removed.
    ///
    /// All files are complete before the first takes its name, and the index takes its own last.
    /// - Throws: `CheckpointError.cannotWrite`, `.nameWrittenTwice`, `.nameReserved`.
    package func write(_ items: [SafetensorsItem], inFolder folder: String, shardLimit: Int = .max)
        throws(CheckpointError)
    {
        try check(items)
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        let single = base + CheckpointFolder.weightsName
        let index = base + CheckpointFolder.indexName
        let shards = Self.shards(of: items, limit: shardLimit)
        guard shards.count > 1 else {
            try write(items, to: single)
            try remove(index)
            return
        }
        var names: [String] = []
        for number in 1...shards.count { names.append(Self.shardName(number, of: shards.count)) }
        var files: [AtomicFile] = []
        for (name, shard) in zip(names, shards) { files.append(try begin(shard, base + name)) }
        for file in files { try file.finish() }
        let indexFile = try AtomicFile(target: index)
        try indexFile.write(Array(Self.index(names, shards).text.utf8))
        try indexFile.finish()
        try remove(single)
    }

    private func check(_ items: [SafetensorsItem]) throws(CheckpointError) {
        var names: Set<String> = []
        for item in items {
            guard item.name != SafetensorsHeader.metadataKey else { throw .nameReserved(tensor: item.name) }
            guard names.insert(item.name).inserted else { throw .nameWrittenTwice(tensor: item.name) }
        }
    }

    private func remove(_ path: String) throws(CheckpointError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw .cannotWrite(file: path, operation: .remove, code: errno)
        }
    }

    /// The whole file, written but not yet under its name.
    private func begin(_ items: [SafetensorsItem], _ path: String) throws(CheckpointError) -> AtomicFile {
        let sorted = items.enumerated().sorted {
            ($1.element.type.alignment, $0.offset) < ($0.element.type.alignment, $1.offset)
        }.map(\.element)
        let file = try AtomicFile(target: path)
        try file.write(header(of: sorted))
        for item in sorted {
            switch item.contents {
            case .bytes(let bytes): try file.write(bytes)
            case .tensor(let tensor): try file.write(tensor)
            case .made(let make):
                let tensor = make()
                precondition(
                    tensor.shape == item.shape && StoredType(tensor.dtype) == item.type,
                    "\(item.name): \(tensor.dtype) \(tensor.shape) was made for \(item.type) \(item.shape)")
                try file.write(tensor)
            }
        }
        return file
    }

    /// Length and JSON, padded with spaces to a multiple of 8 bytes.
    private func header(of items: [SafetensorsItem]) -> [UInt8] {
        var members: [(key: String, value: JSONValue)] = []
        var metadata = metadata
        for item in items where item.type.isBlock {
            metadata[BlockLayout.keyPrefix + item.name] = item.type.weightType?.rawValue
        }
        if !metadata.isEmpty {
            let strings = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
            members.append((SafetensorsHeader.metadataKey, .object(strings)))
        }
        var offset = 0
        for item in items {
            members.append((item.name, item.headerEntry(at: offset)))
            offset += item.byteCount
        }
        var text = Array(JSONValue.object(members).text.utf8)
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }
}
