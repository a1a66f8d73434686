extension JSONScanner {
    /// The string that starts with the quote at the current position.
    ///
    /// A lone surrogate escape becomes U+FFFD, as Foundation and Python's `surrogatepass`-less writers have it.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        // Most strings have no escape: find the closing quote and take the bytes as they are.
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] != UInt8(ascii: "\\") {
            guard bytes[position] >= 0x20 else { throw error(.controlCharacterInString) }
            position += 1
        }
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        if bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes[start..<position])
        }
        var unescaped = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return try text(unescaped[...])
            }
            if byte == UInt8(ascii: "\\") {
                position += 1
                unescaped.append(contentsOf: String(try escape()).utf8)
            } else {
                guard byte >= 0x20 else { throw error(.controlCharacterInString) }
                unescaped.append(byte)
                position += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private func text(_ slice: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw error(.badUTF8) }
        return text
    }

    /// The character that the escape at the current position (after the backslash) stands for.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error(.badEscape)
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal()
        guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let afterFirst = position
        if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") {
            position += 2
            let second = try hexadecimal()
            if (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? "\u{FFFD}"
            }
            position = afterFirst
        }
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error(.unexpectedEnd) }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.badEscape)
            }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
