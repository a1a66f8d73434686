import Checkpoints
import JSONText
import Testing

@Suite struct SafetensorsHeaderTests {
    private func header(_ bytes: [UInt8]) throws(CheckpointError) -> SafetensorsHeader {
        try SafetensorsHeader(file: "f", byteCount: bytes.count) { Array(bytes[$0]) }
    }

    @Test func `reads names, types, shapes, places and metadata`() throws {
        let text =
            #"{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[2,10]},"#
            + #""a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},"e":{"dtype":"I64","shape":[0,3],"data_offsets":[2,2]}} "#

        let header = try header(SafetensorsBytes.file(text, data: [UInt8](repeating: 0, count: 10)))

        let start = 8 + text.utf8.count
        #expect(header.metadata == ["format": "pt"])
        #expect(header.dataStart == start)
        #expect(header.entries.map(\.name) == ["b", "a", "e"])
        #expect(header.entries.map(\.type) == [.f32, .bf16, .i64])
        #expect(header.entries.map(\.shape) == [[2, 1], [], [0, 3]])
        #expect(header.entries.map(\.bytes) == [start + 2..<start + 10, start..<start + 2, start + 2..<start + 2])
        #expect(header.entries.map(\.count) == [2, 1, 0])
    }

    @Test func `reads a header without tensors`() throws {
        #expect(try header(SafetensorsBytes.file("{}")).entries.isEmpty)
    }

    @Test(arguments: StoredType.named)
    func `knows every type of the format`(type: StoredType) throws {
        let text = "{" + SafetensorsBytes.entry("t", type.rawValue, [3], 0, 3 * type.alignment) + "}"

        let header = try header(SafetensorsBytes.file(text, data: [UInt8](repeating: 0, count: 3 * type.alignment)))

        #expect(header.entries.map(\.type) == [type])
    }

    // MARK: - Lengths

    @Test(arguments: 0..<8)
    func `refuses a file shorter than a header's length`(count: Int) {
        #expect(throws: CheckpointError.fileTooShort(file: "f", byteCount: count)) {
            try header([UInt8](repeating: 0x20, count: count))
        }
    }

    @Test(arguments: [3, 1 << 40, UInt64(Int.max), UInt64.max])
    func `refuses a header longer than the file`(length: UInt64) {
        let bytes = SafetensorsBytes.littleEndian(length) + Array("{}".utf8)

        #expect(throws: CheckpointError.headerPastEnd(file: "f", headerLength: length, fileByteCount: 10)) {
            try header(bytes)
        }
    }

    @Test func `refuses a header that nobody would write`() {
        let limit = SafetensorsHeader.lengthLimit
        let error = #expect(throws: CheckpointError.self) {
            try SafetensorsHeader(file: "f", byteCount: limit + 100) { range in
                range.count == 8 ? SafetensorsBytes.littleEndian(UInt64(limit + 1)) : []
            }
        }
        #expect(error == .headerTooLong(file: "f", headerLength: limit + 1, limit: limit))
    }

    // MARK: - Text

    @Test(arguments: [
        ("{\"a\"", JSONError.Reason.unexpectedEnd, 12), ("{} x", .trailingBytes, 11), ("{a}", .unexpectedByte(0x61), 9),
        ("{\"a\":1,}", .unexpectedByte(0x7D), 15),
    ])
    func `refuses a header that is not JSON`(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: CheckpointError.headerNotJSON(file: "f", reason: reason, offset: offset)) {
            try header(SafetensorsBytes.file(text))
        }
    }

    @Test func `refuses a header that is not UTF-8`() {
        let text = Array("{\"".utf8) + [0xFF, 0xFE] + Array("\":1}".utf8)
        let bytes = SafetensorsBytes.littleEndian(UInt64(text.count)) + text

        let error = #expect(throws: CheckpointError.self) { try header(bytes) }

        guard case .headerNotJSON("f", .badUTF8, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [("", "nothing"), ("[]", "byte 0x5b"), (" {}", "byte 0x20"), ("\u{FEFF}{}", "byte 0xef")])
    func `refuses a header that is not an object`(text: String, found: String) {
        #expect(throws: CheckpointError.headerNotObject(file: "f", found: found)) {
            try header(SafetensorsBytes.file(text))
        }
    }

    // MARK: - Entries

    @Test func `refuses a name twice`() {
        let entry = SafetensorsBytes.entry("a", "U8", [1], 0, 1)

        #expect(throws: CheckpointError.duplicateTensor(file: "f", tensor: "a")) {
            try header(SafetensorsBytes.file("{\(entry),\(entry)}", data: [0]))
        }
    }

    @Test(arguments: ["F33", "f32", "", "F4", "FLOAT32"])
    func `refuses an unknown type`(type: String) {
        #expect(throws: CheckpointError.unknownType(file: "f", tensor: "a", found: type)) {
            try header(SafetensorsBytes.file("{" + SafetensorsBytes.entry("a", type, [1], 0, 1) + "}", data: [0]))
        }
    }

    @Test(
        arguments: [
            ("3", nil, "an object", "a whole number"), ("null", nil, "an object", "null"),
            (#"{"shape":[1],"data_offsets":[0,1]}"#, "dtype", "the name of a type", "nothing"),
            (#"{"dtype":8,"shape":[1],"data_offsets":[0,1]}"#, "dtype", "the name of a type", "a whole number"),
            (#"{"dtype":"U8","data_offsets":[0,1]}"#, "shape", "an array", "nothing"),
            (#"{"dtype":"U8","shape":1,"data_offsets":[0,1]}"#, "shape", "an array", "a whole number"),
            (#"{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}"#, "shape", "whole numbers from 0 to 2⁶³ − 1", "-1"),
            (#"{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}"#, "shape", "whole numbers from 0 to 2⁶³ − 1", "1.5"),
            (
                #"{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}"#, "shape",
                "whole numbers from 0 to 2⁶³ − 1", "9.223372036854776e+18"
            ),
            (
                #"{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}"#, "shape", "whole numbers from 0 to 2⁶³ − 1",
                "\"1\""
            ),
            (#"{"dtype":"U8","shape":[1]}"#, "data_offsets", "[begin, end]", "nothing"),
            (#"{"dtype":"U8","shape":[1],"data_offsets":[0]}"#, "data_offsets", "[begin, end]", "[0]"),
            (#"{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}"#, "data_offsets", "[begin, end]", "[0, 1, 2]"),
            (
                #"{"dtype":"U8","shape":[1],"data_offsets":[0,1e0]}"#, "data_offsets",
                "whole numbers from 0 to 2⁶³ − 1",
                "[0, 1.0]"
            ),
            (
                #"{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}"#, "dtype", "the key once",
                "the key twice"
            ),
        ] as [(String, String?, String, String)])
    func `refuses a malformed entry`(entry: String, key: String?, expected: String, found: String) {
        let error = CheckpointError.malformedEntry(file: "f", tensor: "a", key: key, expected: expected, found: found)

        #expect(throws: error) { try header(SafetensorsBytes.file("{\"a\":\(entry)}", data: [0])) }
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, "a", "a string", "a whole number"), (#"{"a":"1","a":"2"}"#, "a", "a string", "the key twice"),
            (#"[]"#, nil, "an object of strings", "an array"),
        ] as [(String, String?, String, String)])
    func `refuses malformed metadata`(metadata: String, key: String?, expected: String, found: String) {
        let error = CheckpointError.malformedEntry(
            file: "f", tensor: "__metadata__", key: key, expected: expected, found: found)

        #expect(throws: error) { try header(SafetensorsBytes.file("{\"__metadata__\":\(metadata)}")) }
    }

    @Test(arguments: [
        [Int.max, 2], [1 << 32, 1 << 32], [1 << 62], [0, 1 << 40, 1 << 40], [1 << 40, 1 << 40, 0],
    ])
    func `refuses a shape that overflows`(shape: [Int]) {
        #expect(throws: CheckpointError.shapeTooLarge(file: "f", tensor: "a", shape: shape)) {
            try header(SafetensorsBytes.file("{" + SafetensorsBytes.entry("a", "F32", shape, 0, 0) + "}"))
        }
    }

    // MARK: - Places

    @Test func `refuses offsets that do not hold the shape`() {
        let error = CheckpointError.sizeMismatch(
            file: "f", tensor: "a", type: "F32", shape: [2], expected: 8, found: 4)

        #expect(throws: error) {
            try header(
                SafetensorsBytes.file("{" + SafetensorsBytes.entry("a", "F32", [2], 0, 4) + "}", data: [0, 0, 0, 0]))
        }
    }

    @Test(arguments: [(0, 9), (-1, 3), (4, 0), (9, 13), (Int.min, Int.max), (Int.max - 3, Int.max)])
    func `refuses offsets outside of the data`(begin: Int, end: Int) {
        let error = CheckpointError.offsetsOutOfRange(
            file: "f", tensor: "a", begin: begin, end: end, dataByteCount: 8)

        #expect(throws: error) {
            try header(
                SafetensorsBytes.file(
                    "{" + SafetensorsBytes.entry("a", "F32", [1], begin, end) + "}",
                    data: [UInt8](repeating: 0, count: 8)))
        }
    }

    @Test(arguments: [(0, 4, 2, 6, 2, 6), (0, 6, 2, 2, 2, 6)])
    func `refuses tensors that overlap`(a: Int, aEnd: Int, b: Int, bEnd: Int, offset: Int, size: Int) {
        let text =
            "{" + SafetensorsBytes.entry("b", "U8", [bEnd - b], b, bEnd) + ","
            + SafetensorsBytes.entry("a", "U8", [aEnd - a], a, aEnd) + "}"
        let error = CheckpointError.overlappingTensors(
            file: "f", first: "a", second: "b", offset: 8 + text.utf8.count + offset)

        #expect(throws: error) {
            try header(SafetensorsBytes.file(text, data: [UInt8](repeating: 0, count: size)))
        }
    }

    @Test(arguments: [(2, 4, 4, 0, 2), (0, 2, 4, 2, 2), (1, 3, 3, 0, 1)])
    func `refuses bytes that belong to no tensor`(begin: Int, end: Int, size: Int, hole: Int, count: Int) {
        let text = "{" + SafetensorsBytes.entry("a", "U8", [end - begin], begin, end) + "}"
        let error = CheckpointError.unclaimedBytes(file: "f", offset: 8 + text.utf8.count + hole, byteCount: count)

        #expect(throws: error) {
            try header(SafetensorsBytes.file(text, data: [UInt8](repeating: 0, count: size)))
        }
    }
}
