extension JSONValue {
    /// Reads one JSON document (RFC 8259) from UTF-8 bytes. A byte-order mark in front is skipped.
    ///
    ///     try JSONValue(parsing: Array(#"{"a": [1, 2.5]}"#.utf8))["a"]?.array?.count   // 2
    ///
    /// - Throws: `JSONError` with the reason and the byte.
    /// - Complexity: O(bytes).
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        let array = (bytes as? [UInt8]) ?? Array(bytes)
        var scanner = JSONScanner(bytes: array)
        if array.starts(with: [0xEF, 0xBB, 0xBF]) { scanner.position = 3 }
        self = try scanner.document()
    }

    /// Reads one JSON document from a string.
    /// - Throws: `JSONError` with the reason and the byte.
    public init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

/// A recursive-descent scanner over the bytes of a document.
struct JSONScanner {
    let bytes: [UInt8]
    var position = 0
    /// Deeper documents are refused: each level costs stack.
    static let depthLimit = 256

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try self.value(depth: 0)
        skipBlanks()
        guard position == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: position) }

    /// What stands at the current position, as an error.
    func unexpected() -> JSONError {
        position < bytes.count ? error(.unexpectedByte(bytes[position])) : error(.unexpectedEnd)
    }

    mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || (0x09...0x0D).contains(bytes[position]) {
            guard bytes[position] != 0x0B, bytes[position] != 0x0C else { return }
            position += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
        skipBlanks()
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ literal: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in literal.description.utf8 {
            guard position < bytes.count, bytes[position] == byte else { throw unexpected() }
            position += 1
        }
        return value
    }

    mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [(key: String, value: JSONValue)] = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(JSONObject(members)) }
        while true {
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected() }
            let key = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw unexpected() }
            members.append((key, try value(depth: depth + 1)))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(JSONObject(members)) }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw unexpected() }
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let integerStart = position
        let integerDigits = digits()
        guard integerDigits > 0 else { throw unexpected() }
        guard integerDigits == 1 || bytes[integerStart] != UInt8(ascii: "0") else { throw error(.badNumber) }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard digits() > 0 else { throw error(.badNumber) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw error(.badNumber) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text) else { throw error(.badNumber) }
        return .double(value)
    }
}
