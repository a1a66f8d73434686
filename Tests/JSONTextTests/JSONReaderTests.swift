import JSONText
import Testing

@Suite struct JSONReaderTests {
    @Test func `walks objects and arrays and skips the rest`() throws {
        var reader = JSONReader(
            bytes: Array(#"{"skip": [1, {"x": "\n"}, true], "v": {"\u0061": 7, "b": 1e1}, "n": -2.50}"#.utf8))
        var found: [String: Int] = [:]
        var number: [UInt8] = []

        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "v":
                try reader.enterObject()
                var bytes: [UInt8] = []
                while try reader.nextKey(appendingTo: &bytes) {
                    found[String(decoding: bytes, as: UTF8.self)] = try reader.integer()
                    bytes.removeAll()
                }
            case "n": number = Array(try reader.numberText())
            default: try reader.skipValue()
            }
        }
        try reader.finish()

        #expect(found == ["a": 7, "b": 10])
        #expect(number == Array("-2.50".utf8))
    }

    @Test func `tells what comes`() throws {
        for (text, kind) in [
            ("{", JSONReader.Kind.object), (" [", .array), ("\"", .string), ("1", .number), ("null", .literal),
        ] {
            var reader = JSONReader(bytes: Array(text.utf8))
            #expect(try reader.kind() == kind)
        }
    }

    @Test(arguments: [
        #"{"a" 1}"#, #"{"a": 1,}"#, #"{"a": 1 "b": 2}"#, "{1: 2}", #"{"a": 1} x"#, #"{"a": 01}"#, #"{"a": "\x"}"#, "{",
        "",
        #"{"a": [1 2]}"#, #"{"a": tru}"#,
    ])
    func `refuses what is not JSON`(text: String) {
        #expect(throws: JSONError.self) {
            var reader = JSONReader(bytes: Array(text.utf8))
            try reader.skipValue()
            try reader.finish()
        }
    }

    @Test func `refuses what is too deep, and numbers that are no integers`() {
        var deep = JSONReader(bytes: [UInt8](repeating: UInt8(ascii: "["), count: 100_000))
        #expect(throws: JSONError.self) { try deep.skipValue() }
        for text in ["1.5", "99999999999999999999", "\"1\"", "-"] {
            var reader = JSONReader(bytes: Array(text.utf8))
            #expect(throws: JSONError.self) { try reader.integer() }
        }
    }
}
