import TensorEngine

/// How tensors of blocks stand in safetensors files, which know no blocks: as bytes, `U8 [rows, blocks, bytes of a block]`, and
/// the metadata say `"blocks NAME": "q8_0"`.
///
/// A block of q8_0 is an f16 scale and 32 int8, one of q4_0 an f16 scale and 16 bytes of two numbers each (ggml's layouts), all
/// little-endian. Any reader of safetensors opens such a file; only one that knows the metadata takes the bytes for weights.
enum BlockLayout {
    /// What a key of the metadata begins with.
    static let keyPrefix = "blocks "

    /// The block type that a file's metadata give the tensor `name`; nil where they give none, or no block type.
    static func type(of name: String, in metadata: [String: String]) -> StoredType? {
        guard let dtype = metadata[keyPrefix + name].flatMap(DType.init(rawValue:)), dtype.isBlock else { return nil }
        return StoredType(dtype)
    }

    /// The shape in the file of a tensor of `shape` of whole blocks.
    static func storedShape(_ shape: [Int], _ type: StoredType) -> [Int] {
        guard let dtype = type.weightType, let width = shape.last else { return shape }
        return shape.dropLast() + [width / dtype.blockLength, dtype.blockBytes]
    }

    /// `entries`, those that the metadata call blocks as what they are.
    static func read(
        _ entries: [SafetensorsEntry], _ metadata: [String: String], file: String
    ) throws(CheckpointError) -> [SafetensorsEntry] {
        guard metadata.keys.contains(where: { $0.hasPrefix(keyPrefix) }) else { return entries }
        var read: [SafetensorsEntry] = []
        for entry in entries { read.append(try Self.read(entry, metadata, file: file)) }
        return read
    }

    private static func read(
        _ entry: SafetensorsEntry, _ metadata: [String: String], file: String
    ) throws(CheckpointError) -> SafetensorsEntry {
        guard let said = metadata[keyPrefix + entry.name] else { return entry }
        func malformed(_ expected: String, _ found: String) -> CheckpointError {
            .malformedEntry(
                file: file, tensor: SafetensorsHeader.metadataKey, key: keyPrefix + entry.name, expected: expected,
                found: found)
        }
        guard let type = type(of: entry.name, in: metadata), let dtype = type.weightType else {
            throw malformed("q8_0 or q4_0", "\"\(said)\"")
        }
        let shape = entry.shape
        guard entry.type == .u8, shape.count >= 3, shape.last == dtype.blockBytes,
            let elements = (shape.dropLast() + [dtype.blockLength]).checkedProduct, elements <= Int.max / 8
        else {
            throw malformed("a tensor U8 [..., blocks, \(dtype.blockBytes)]", "\(entry.type.rawValue) \(shape)")
        }
        let width = shape[shape.count - 2] * dtype.blockLength
        return SafetensorsEntry(
            name: entry.name, type: type, shape: shape.dropLast(2) + [width], bytes: entry.bytes)
    }
}
