/// Reading and writing scalars in UTF-8 that is known to be well formed.
enum UTF8Text {
    /// The scalar value that starts at `position`, and its length in bytes.
    ///
    /// Reads no further than the text's end even where the text is cut in the middle of a scalar.
    @inline(__always)
    static func scalar(_ bytes: ArraySlice<UInt8>, _ position: Int) -> (value: UInt32, length: Int) {
        let first = UInt32(bytes[position])
        if first < 0x80 { return (first, 1) }
        return multibyteScalar(bytes, position, first)
    }

    /// The scalar value that starts at `position`, and its length in bytes.
    @inline(__always)
    static func scalar(_ bytes: [UInt8], _ position: Int) -> (value: UInt32, length: Int) {
        let first = UInt32(bytes[position])
        if first < 0x80 { return (first, 1) }
        return multibyteScalar(bytes[...], position, first)
    }

    private static func multibyteScalar(
        _ bytes: ArraySlice<UInt8>, _ position: Int, _ first: UInt32
    ) -> (value: UInt32, length: Int) {
        let length = min(first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, bytes.endIndex - position)
        var value = first & (first < 0xE0 ? 0x1F : first < 0xF0 ? 0x0F : 0x07)
        for offset in 1..<max(length, 1) { value = value << 6 | UInt32(bytes[position + offset] & 0x3F) }
        return (value, length)
    }

    /// Where the scalar before `position` starts.
    @inline(__always)
    static func previous(_ bytes: [UInt8], _ position: Int, from start: Int) -> Int {
        var result = position - 1
        while result > start, bytes[result] & 0xC0 == 0x80 { result -= 1 }
        return result
    }

    /// The length in bytes of the scalar whose first byte that is.
    @inline(__always)
    static func length(_ first: UInt8) -> Int { first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

    /// Appends a scalar in UTF-8.
    @inline(__always)
    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        if scalar < 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: scalar))
            return
        }
        if scalar < 0x800 {
            bytes.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
        } else {
            if scalar < 0x10000 {
                bytes.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            } else {
                bytes.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
                bytes.append(0x80 | UInt8(truncatingIfNeeded: (scalar >> 12) & 0x3F))
            }
            bytes.append(0x80 | UInt8(truncatingIfNeeded: (scalar >> 6) & 0x3F))
        }
        bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    }

    /// The scalar values of the text.
    static func scalars(_ bytes: ArraySlice<UInt8>) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let (value, length) = scalar(bytes, position)
            result.append(value)
            position += length
        }
        return result
    }

    /// The bytes of one scalar.
    static func bytes(_ scalar: UInt32) -> [UInt8] {
        var result: [UInt8] = []
        append(scalar, to: &result)
        return result
    }
}
