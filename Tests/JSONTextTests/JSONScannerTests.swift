import JSONText
import Testing

@Suite struct JSONScannerTests {
    @Test func `reads every kind of value and keeps the order`() throws {
        let value = try JSONValue(parsing: #" {"b": [1, -2.5, 1e3, true, null], "a": {"x": "y"}} "#)

        #expect(value.object?.keys == ["b", "a"])
        #expect(value["b"]?.array == [.integer(1), .double(-2.5), .double(1000), .bool(true), .null])
        #expect(value["a"]?["x"]?.string == "y")
    }

    @Test(arguments: [
        (#""a\n\t\"\\\/\u00e9""#, "a\n\t\"\\/é"), (#""\ud83d\ude42""#, "🙂"), (#""\ud83d""#, "\u{FFFD}"),
        (#""\ud83dx""#, "\u{FFFD}x"), ("\"日本\"", "日本"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
    ])
    func `unescapes strings`(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text).string == expected)
    }

    @Test(arguments: [
        ("", JSONError.Reason.unexpectedEnd, 0), ("[1,", .unexpectedEnd, 3), ("[1 2]", .unexpectedByte(0x32), 3),
        ("01", .badNumber, 2), ("\"\\x\"", .badEscape, 3), ("\"a\nb\"", .controlCharacterInString, 2),
        ("{} x", .trailingBytes, 3), ("tru", .unexpectedEnd, 3), ("1.", .badNumber, 2),
    ])
    func `says what is wrong and where`(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason: reason, offset: offset)) { try JSONValue(parsing: text) }
    }

    @Test func `refuses what is not UTF-8 and what is too deep`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func `tells of a repeated key`() throws {
        let value = try JSONValue(parsing: #"{"a": 1, "b": 2, "a": 3}"#)

        #expect(value.object?.duplicateKey == "a")
        #expect(value["a"]?.integer == 3)
    }
}

@Suite struct JSONWritingTests {
    @Test func `what is written reads back as the same value`() throws {
        let value = JSONValue.object([
            ("text", .string("a \"quoted\" \\ line\n\t\u{1} é 🙂")),
            ("numbers", .array([.integer(-3), .double(0.1), .double(1e-9)])),
            ("nothing", .null), ("yes", .bool(true)), ("empty", .object([])),
        ])

        #expect(try JSONValue(parsing: value.text) == value)
        #expect(try JSONValue(parsing: value.indentedText) == value)
    }

    @Test func `people get a line for each member`() {
        let value = JSONValue.object([
            ("a", .array([.integer(1), .double(0.5)])), ("b", .object([])), ("c", .array([])),
        ])

        #expect(value.text == #"{"a": [1, 0.5], "b": {}, "c": []}"#)
        #expect(value.indentedText == "{\n  \"a\": [\n    1,\n    0.5\n  ],\n  \"b\": {},\n  \"c\": []\n}")
    }

    @Test func `numbers that JSON lacks become null`() {
        #expect(JSONValue.array([.double(.nan), .double(.infinity)]).text == "[null, null]")
    }
}
