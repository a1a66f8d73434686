/// Integers as little-endian bytes.
extension [UInt8] {
    /// Appends the integer's bytes, the least first.
    mutating func append(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
        var rest = UInt64(value)
        for _ in 0..<value.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// The integer of `width` bytes at `offset`, which must lie within.
    func littleEndian(at offset: Int, width: Int) -> Int {
        var value: UInt64 = 0
        for index in (0..<width).reversed() { value = value << 8 | UInt64(self[offset + index]) }
        return Int(truncatingIfNeeded: value)
    }
}
