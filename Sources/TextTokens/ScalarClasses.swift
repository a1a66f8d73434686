/// The classes of scalars that splitting rules speak of, as the `tokenizers` library's regular expressions have them.
enum ScalarClasses {
    static let letter: UInt8 = 1
    static let number: UInt8 = 2
    static let space: UInt8 = 4

    /// Bits of each scalar below U+0800.
    private static let table: [UInt8] = (0..<0x800).map { computed($0) }

    /// The class bits of ASCII.
    static let ascii: [UInt8] = (0..<0x80).map { computed($0) }

    /// `letter` (`\p{L}`), `number` (`\p{N}`), `space` (`\s`) or 0.
    static func bits(_ scalar: UInt32) -> UInt8 { scalar < 0x800 ? table[Int(scalar)] : computed(scalar) }

    private static func computed(_ scalar: UInt32) -> UInt8 {
        if isSpace(scalar) { return space }
        let category = LibraryUnicode.patternCategory(scalar)
        return category & 0b1_1111 != 0 ? letter : category & (0b111 << 8) != 0 ? number : 0
    }

    /// Unicode's White_Space.
    @inline(__always)
    static func isSpace(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
