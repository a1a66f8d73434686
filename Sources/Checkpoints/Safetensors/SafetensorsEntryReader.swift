import JSONText

/// Reads one member of a safetensors header: `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`.
struct SafetensorsEntryReader {
    let file: String
    let tensor: String
    /// Bytes of the file behind the header.
    let dataByteCount: Int

    /// The entry, checked: a known type, a shape that fits memory, offsets in range that hold just that shape.
    func entry(_ value: JSONValue, dataStart: Int) throws(CheckpointError) -> SafetensorsEntry {
        guard case .object(let object) = value else { throw malformed(nil, "an object", value.kind) }
        if let key = object.duplicateKey { throw malformed(key, "the key once", "the key twice") }
        let type = try type(object["dtype"])
        let shape = try shape(object["shape"])
        let offsets = try offsets(object["data_offsets"])
        guard let count = shape.checkedProduct,
            case let (bytes, overflow) = count.multipliedReportingOverflow(by: type.alignment),
            !overflow
        else { throw .shapeTooLarge(file: file, tensor: tensor, shape: shape) }
        let expected = shape.contains(0) ? 0 : bytes
        guard offsets.count == expected else {
            throw .sizeMismatch(
                file: file, tensor: tensor, type: type.rawValue, shape: shape, expected: expected, found: offsets.count)
        }
        return SafetensorsEntry(
            name: tensor, type: type, shape: shape,
            bytes: dataStart + offsets.lowerBound..<dataStart + offsets.upperBound)
    }

    private func malformed(_ key: String?, _ expected: String, _ found: String) -> CheckpointError {
        .malformedEntry(file: file, tensor: tensor, key: key, expected: expected, found: found)
    }

    private func type(_ value: JSONValue?) throws(CheckpointError) -> StoredType {
        guard let value else { throw malformed("dtype", "the name of a type", "nothing") }
        guard case .string(let name) = value else { throw malformed("dtype", "the name of a type", value.kind) }
        guard let type = StoredType(rawValue: name), !type.isBlock else {
            throw .unknownType(file: file, tensor: tensor, found: name)
        }
        return type
    }

    private func shape(_ value: JSONValue?) throws(CheckpointError) -> [Int] {
        guard let value else { throw malformed("shape", "an array", "nothing") }
        guard case .array(let lengths) = value else { throw malformed("shape", "an array", value.kind) }
        var shape: [Int] = []
        for length in lengths {
            guard case .integer(let length) = length, length >= 0 else {
                throw malformed("shape", "whole numbers from 0 to 2⁶³ − 1", length.shown)
            }
            shape.append(length)
        }
        return shape
    }

    private func offsets(_ value: JSONValue?) throws(CheckpointError) -> Range<Int> {
        guard let value else { throw malformed("data_offsets", "[begin, end]", "nothing") }
        guard case .array(let pair) = value, pair.count == 2 else {
            throw malformed("data_offsets", "[begin, end]", value.shown)
        }
        guard case .integer(let begin) = pair[0], case .integer(let end) = pair[1] else {
            throw malformed("data_offsets", "whole numbers from 0 to 2⁶³ − 1", value.shown)
        }
        guard begin >= 0, begin <= end, end <= dataByteCount else {
            throw .offsetsOutOfRange(
                file: file, tensor: tensor, begin: begin, end: end, dataByteCount: dataByteCount)
        }
        return begin..<end
    }
}
