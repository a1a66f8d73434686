/// The tokens `<0x00>` … `<0xFF>` that SentencePiece vocabularies keep for text they have no other token for.
enum ByteFallbackTokens {
    /// The token of that byte.
    static func token(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    /// The id of each byte's token, or -1.
    static func identifiers(in vocabulary: Vocabulary) -> [Int32] {
        (0...255).map { byte in
            let key = token(UInt8(byte))
            return vocabulary.identifier(key, 0..<key.count) ?? -1
        }
    }

    /// The byte that a token of that form stands for; hexadecimal digits of either case, as the library has it.
    static func byte(_ token: ArraySlice<UInt8>) -> UInt8? {
        guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else { return nil }
        var value: UInt8 = 0
        var digits = token[(token.startIndex + 3)..<(token.startIndex + 5)]
        // Rust's integer parser takes a leading plus sign.
        if digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        for digit in digits {
            guard let nibble = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else { return nil }
            value = value << 4 | UInt8(nibble)
        }
        return value
    }
}
