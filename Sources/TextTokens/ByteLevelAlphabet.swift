/// The printable scalars that stand for bytes in byte-level vocabularies (Radford et al. 2019, GPT-2).
///
/// Printable Latin-1 bytes stand for themselves; the other 68 are U+0100, U+0101, … in their order.
enum ByteLevelAlphabet {
    /// The scalar value of each byte.
    static let scalars: [UInt16] = {
        var next: UInt16 = 256
        return (0...255).map { (byte: UInt16) in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
                return byte
            }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte of each scalar value below 324, or -1.
    static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 324)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar)] = Int16(byte) }
        return table
    }()

    /// Appends the scalar of `byte` in UTF-8 (one or two bytes).
    @inline(__always)
    static func append(_ byte: UInt8, to output: inout [UInt8]) {
        let scalar = scalars[Int(byte)]
        if scalar < 0x80 {
            output.append(UInt8(truncatingIfNeeded: scalar))
        } else {
            output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        }
    }

    /// Those bytes as their scalars, in UTF-8.
    static func encoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 8)
        for byte in bytes { append(byte, to: &output) }
        return output
    }

    /// Appends the bytes that the scalars of `token` stand for; where one stands for none, the token as it is.
    static func decode(_ token: ArraySlice<UInt8>, into output: inout [UInt8]) {
        let before = output.count
        var position = token.startIndex
        while position < token.endIndex {
            let (scalar, length) = UTF8Text.scalar(token, position)
            guard scalar < 324, bytes[Int(scalar)] >= 0 else {
                output.removeSubrange(before...)
                output.append(contentsOf: token)
                return
            }
            output.append(UInt8(truncatingIfNeeded: bytes[Int(scalar)]))
            position += length
        }
    }
}
