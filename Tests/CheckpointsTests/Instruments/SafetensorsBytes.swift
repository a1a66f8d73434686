/// Bytes of safetensors files, right and wrong, put together by hand so that the writer is not its own witness.
enum SafetensorsBytes {
    /// A file with this header text and these data.
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + data
    }

    /// A file of whole tensors behind each other.
    static func file(_ tensors: [(name: String, type: String, shape: [Int], bytes: [UInt8])]) -> [UInt8] {
        var members: [String] = []
        var data: [UInt8] = []
        for tensor in tensors {
            let end = data.count + tensor.bytes.count
            members.append(entry(tensor.name, tensor.type, tensor.shape, data.count, end))
            data += tensor.bytes
        }
        var header = "{" + members.joined(separator: ",") + "}"
        while header.utf8.count % 8 != 0 { header += " " }
        return file(header, data: data)
    }

    /// `"name":{"dtype":…}`.
    static func entry(_ name: String, _ type: String, _ shape: [Int], _ begin: Int, _ end: Int) -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
    }

    static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func floats(_ values: [Float]) -> [UInt8] { values.flatMap { littleEndian($0.bitPattern) } }

    /// The upper halves of floats that are exact in 16 bits.
    static func bfloats(_ values: [Float]) -> [UInt8] {
        values.flatMap { littleEndian(UInt16($0.bitPattern >> 16)) }
    }
}

/// The numbers `start`, `start + 1`, … of a tensor of `count` elements; exact in bfloat16 up to 256.
func counting(_ count: Int, from start: Int = 0) -> [Float] { (0..<count).map { Float($0 + start) } }
