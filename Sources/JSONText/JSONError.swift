/// Why a text is not JSON, and at which byte.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What was wrong.
    public enum Reason: Sendable, Equatable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case badNumber
        case badEscape
        case badUTF8
        case controlCharacterInString
        case tooDeep(limit: Int)
        case trailingBytes
    }

    /// What was wrong.
    public let reason: Reason
    /// Offset from the start of the text, in bytes.
    public let offset: Int

    /// An error at that byte.
    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// One sentence: what is wrong, and where.
    public var description: String {
        let what =
            switch reason {
            case .unexpectedEnd: "the text ends in the middle of a value"
            case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
            case .badNumber: "malformed number"
            case .badEscape: "malformed escape in a string"
            case .badUTF8: "a string is not UTF-8"
            case .controlCharacterInString: "a raw control character in a string"
            case .tooDeep(let limit): "nested deeper than \(limit) levels"
            case .trailingBytes: "bytes after the end of the value"
            }
        return "not JSON: \(what) at byte \(offset)"
    }
}
