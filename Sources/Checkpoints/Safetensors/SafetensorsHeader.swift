import JSONText

/// The header of a safetensors file, checked in whole before any tensor is read.
///
/// Layout of the file (https://huggingface.co/docs/safetensors): 8 bytes, the header's length N, little-endian; N bytes of
/// JSON, which begin with `{` and may end in spaces; then the tensors' bytes without holes. Each member of the JSON
/// object is `"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}`, offsets counted from the end of
/// the header; `"__metadata__"` holds strings.
package struct SafetensorsHeader: Sendable, Equatable {
    /// Longer headers are refused, as the reference library does.
    package static let lengthLimit = 100_000_000
    /// The name that is not a tensor's.
    static let metadataKey = "__metadata__"

    /// The tensors in the order of the header.
    package let entries: [SafetensorsEntry]
    /// What the writer said about the file.
    package let metadata: [String: String]
    /// Where the tensors' bytes begin in the file.
    package let dataStart: Int

    /// Reads and checks the header of a file of `byteCount` bytes.
    /// - Parameters:
    ///   - file: the name for errors.
    ///   - read: gives the bytes of a range within the file; asked for the length and the header only.
    /// - Throws: `CheckpointError` with what is wrong, and where.
    package init(file: String, byteCount: Int, read: (Range<Int>) -> [UInt8]) throws(CheckpointError) {
        guard byteCount >= 8 else { throw .fileTooShort(file: file, byteCount: byteCount) }
        let stated = read(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let length = Int(exactly: stated), length <= byteCount - 8 else {
            throw .headerPastEnd(file: file, headerLength: stated, fileByteCount: byteCount)
        }
        guard length <= Self.lengthLimit else {
            throw .headerTooLong(file: file, headerLength: length, limit: Self.lengthLimit)
        }
        let object = try Self.object(read(8..<8 + length), file: file)
        let dataStart = 8 + length
        var entries: [SafetensorsEntry] = []
        entries.reserveCapacity(object.members.count)
        for (name, value) in object.members where name != Self.metadataKey {
            let reader = SafetensorsEntryReader(file: file, tensor: name, dataByteCount: byteCount - dataStart)
            entries.append(try reader.entry(value, dataStart: dataStart))
        }
        try Self.checkCoverage(entries, file: file, data: dataStart..<byteCount)
        let metadata = try Self.metadata(object[Self.metadataKey], file: file)
        self.entries = try BlockLayout.read(entries, metadata, file: file)
        self.metadata = metadata
        self.dataStart = dataStart
    }

    private static func object(_ bytes: [UInt8], file: String) throws(CheckpointError) -> JSONObject {
        guard bytes.first == UInt8(ascii: "{") else {
            throw .headerNotObject(
                file: file, found: bytes.first.map { "byte 0x" + String($0, radix: 16) } ?? "nothing")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .headerNotJSON(file: file, reason: error.reason, offset: error.offset + 8)
        }
        guard case .object(let object) = value else { throw .headerNotObject(file: file, found: value.kind) }
        if let name = object.duplicateKey { throw .duplicateTensor(file: file, tensor: name) }
        return object
    }

    private static func metadata(_ value: JSONValue?, file: String) throws(CheckpointError) -> [String: String] {
        guard let value else { return [:] }
        func malformed(_ key: String, _ found: String) -> CheckpointError {
            .malformedEntry(file: file, tensor: metadataKey, key: key, expected: "a string", found: found)
        }
        guard case .object(let object) = value else {
            throw .malformedEntry(
                file: file, tensor: metadataKey, key: nil, expected: "an object of strings", found: value.kind)
        }
        if let key = object.duplicateKey { throw malformed(key, "the key twice") }
        var metadata: [String: String] = [:]
        for (key, value) in object.members {
            guard case .string(let text) = value else { throw malformed(key, value.kind) }
            metadata[key] = text
        }
        return metadata
    }

    /// Makes sure that the tensors, sorted by where they begin, cover the data from start to end without overlap or hole.
    private static func checkCoverage(
        _ entries: [SafetensorsEntry], file: String, data: Range<Int>
    ) throws(CheckpointError) {
        let sorted = entries.sorted {
            ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
        }
        var end = data.lowerBound
        var previous = ""
        for entry in sorted {
            if entry.bytes.lowerBound < end {
                throw .overlappingTensors(
                    file: file, first: previous, second: entry.name, offset: entry.bytes.lowerBound)
            }
            if entry.bytes.lowerBound > end {
                throw .unclaimedBytes(file: file, offset: end, byteCount: entry.bytes.lowerBound - end)
            }
            end = entry.bytes.upperBound
            previous = entry.name
        }
        if end < data.upperBound {
            throw .unclaimedBytes(file: file, offset: end, byteCount: data.upperBound - end)
        }
    }
}
