/// A cursor over a JSON document that hands out its parts one by one, so that a large table need never become values.
///
///     var reader = JSONReader(bytes: Array(#"{"vocab": {"a": 0, "b": 1}}"#.utf8))
///     try reader.enterObject()
///     while let key = try reader.nextKey() { try reader.skipValue() }
///
/// Strings come as UTF-8 bytes, unescaped. What was read is checked as strictly as `JSONValue(parsing:)` does.
public struct JSONReader {
    /// What kind of value stands at the cursor.
    public enum Kind: Sendable, Equatable { case object, array, string, number, literal }

    private var scanner: JSONScanner
    /// For each open object or array, whether its first element is still to come.
    private var isAtFirst: [Bool] = []

    /// A reader at the start of the document. A byte-order mark in front is skipped.
    public init(bytes: [UInt8]) {
        scanner = JSONScanner(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
    }

    /// The byte that is read next, counted from the start of the document.
    public var offset: Int { scanner.position }

    /// Looks at the value that comes next, without reading it.
    public mutating func kind() throws(JSONError) -> Kind {
        scanner.skipBlanks()
        guard scanner.position < scanner.bytes.count else { throw scanner.error(.unexpectedEnd) }
        switch scanner.bytes[scanner.position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .literal
        default: return .number
        }
    }

    /// Goes into the object at the cursor; `nextKey` then walks its members.
    public mutating func enterObject() throws(JSONError) { try enter(UInt8(ascii: "{")) }

    /// Goes into the array at the cursor; `nextElement` then walks its elements.
    public mutating func enterArray() throws(JSONError) { try enter(UInt8(ascii: "[")) }

    /// The next member's key, the cursor before its value; `nil` after the last one, the cursor after the object.
    public mutating func nextKey() throws(JSONError) -> String? {
        guard try advance(closing: UInt8(ascii: "}")) else { return nil }
        let key = try quotedString()
        try colon()
        return key
    }

    /// Appends the next member's key to `bytes`, the cursor before its value; false after the last member.
    public mutating func nextKey(appendingTo bytes: inout [UInt8]) throws(JSONError) -> Bool {
        guard try advance(closing: UInt8(ascii: "}")) else { return false }
        try string(appendingTo: &bytes)
        try colon()
        return true
    }

    /// Whether one more element comes, the cursor before it; after the last one the cursor is after the array.
    public mutating func nextElement() throws(JSONError) -> Bool { try advance(closing: UInt8(ascii: "]")) }

    /// Reads the value at the cursor, whatever it is.
    public mutating func value() throws(JSONError) -> JSONValue { try scanner.value(depth: isAtFirst.count) }

    /// Appends the string at the cursor, unescaped, in UTF-8.
    public mutating func string(appendingTo output: inout [UInt8]) throws(JSONError) {
        scanner.skipBlanks()
        guard scanner.position < scanner.bytes.count, scanner.bytes[scanner.position] == UInt8(ascii: "\"") else {
            throw scanner.unexpected()
        }
        try scanner.string(appendingTo: &output)
    }

    /// The integer at the cursor.
    ///
    /// Common because vocabularies consist of them: read without going through text.
    public mutating func integer() throws(JSONError) -> Int {
        scanner.skipBlanks()
        let start = scanner.position
        var value = 0
        var position = start
        let bytes = scanner.bytes
        while position < bytes.count, position - start < 18, bytes[position] &- 0x30 <= 9 {
            value = value * 10 + Int(bytes[position] &- 0x30)
            position += 1
        }
        let isPlain =
            position > start && position < bytes.count && !Self.continuesNumber(bytes[position])
            && (bytes[start] != 0x30 || position == start + 1)
        if isPlain {
            scanner.position = position
            return value
        }
        let number = try scanner.value(depth: isAtFirst.count)
        guard let integer = number.integer else { throw JSONError(reason: .badNumber, offset: start) }
        return integer
    }

    /// The characters of the number at the cursor, which is checked to be one.
    public mutating func numberText() throws(JSONError) -> ArraySlice<UInt8> {
        guard try kind() == .number else { throw scanner.unexpected() }
        let start = scanner.position
        _ = try scanner.number()
        return scanner.bytes[start..<scanner.position]
    }

    /// Goes past the value at the cursor.
    public mutating func skipValue() throws(JSONError) {
        switch try kind() {
        case .object:
            try enterObject()
            var key: [UInt8] = []
            while try nextKey(appendingTo: &key) {
                key.removeAll(keepingCapacity: true)
                try skipValue()
            }
        case .array:
            try enterArray()
            while try nextElement() { try skipValue() }
        case .string:
            var ignored: [UInt8] = []
            try string(appendingTo: &ignored)
        case .number, .literal: _ = try value()
        }
    }

    /// Checks that nothing but blanks follows.
    public mutating func finish() throws(JSONError) {
        scanner.skipBlanks()
        guard scanner.position == scanner.bytes.count else { throw scanner.error(.trailingBytes) }
    }

    private static func continuesNumber(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
    }

    private mutating func enter(_ bracket: UInt8) throws(JSONError) {
        scanner.skipBlanks()
        guard isAtFirst.count < JSONScanner.depthLimit else {
            throw scanner.error(.tooDeep(limit: JSONScanner.depthLimit))
        }
        guard scanner.take(bracket) else { throw scanner.unexpected() }
        isAtFirst.append(true)
    }

    private mutating func advance(closing bracket: UInt8) throws(JSONError) -> Bool {
        precondition(!isAtFirst.isEmpty, "nextKey or nextElement outside an object or array")
        scanner.skipBlanks()
        if scanner.take(bracket) {
            isAtFirst.removeLast()
            return false
        }
        if isAtFirst[isAtFirst.count - 1] {
            isAtFirst[isAtFirst.count - 1] = false
        } else {
            guard scanner.take(UInt8(ascii: ",")) else { throw scanner.unexpected() }
            scanner.skipBlanks()
        }
        return true
    }

    private mutating func colon() throws(JSONError) {
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: ":")) else { throw scanner.unexpected() }
    }

    private mutating func quotedString() throws(JSONError) -> String {
        scanner.skipBlanks()
        guard scanner.position < scanner.bytes.count, scanner.bytes[scanner.position] == UInt8(ascii: "\"") else {
            throw scanner.unexpected()
        }
        return try scanner.string()
    }
}

extension JSONScanner {
    /// Appends the string that starts with the quote at the current position, unescaped.
    mutating func string(appendingTo output: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        var end = position
        var usedBits: UInt8 = 0
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            usedBits |= byte
            end += 1
        }
        if end < bytes.count, bytes[end] == UInt8(ascii: "\""), usedBits < 0x80 {
            output.append(contentsOf: bytes[position..<end])
            position = end + 1
            return
        }
        position = start
        output.append(contentsOf: try string().utf8)
    }
}
