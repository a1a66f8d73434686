import Foundation
import InterleavedData
import TestFixtures
import Testing

@Suite struct TextSourceTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func texts(_ text: String, _ layout: TextSource.Layout, limit: Int = 1 << 20) throws -> [String] {
        try TextWorkshop.read(TextSource(try scratch.write(text, "text"), layout), limit: limit).map(\.text)
    }

    @Test func `blank lines divide documents, runs of them once, line ends of any kind`() throws {
        let text = "\u{FEFF}one\ntwo\r\n \t\r\n\n\nthree\n\n"

        #expect(try texts(text, .blankLines) == ["one\ntwo", "three"])
        #expect(try texts(text, .lines) == ["one", "two", "three"])
        #expect(try texts("one\n\ntwo\n", .whole) == ["one\n\ntwo\n"])
        #expect(try texts("one\n\ntwo", .whole) == ["one\n\ntwo"])
    }

    @Test func `an empty file has no document`() throws {
        for layout in [TextSource.Layout.blankLines, .lines, .whole] {
            #expect(try texts("", layout).isEmpty)
        }
        for layout in [TextSource.Layout.blankLines, .lines] {
            #expect(try texts("\n \n\n", layout).isEmpty)
        }
    }

    @Test func `documents know where they stand in the file`() throws {
        let file = try scratch.write("ab\n\n\ncd\nef", "text")

        #expect(try TextWorkshop.read(TextSource(file)).map(\.offset) == [0, 5])
    }

    @Test func `a document that is too long is cut at lines, its parts make up the whole`() throws {
        let line = String(repeating: "x", count: 99)
        let text = Array(repeating: line, count: 20).joined(separator: "\n")

        let parts = try TextWorkshop.read(TextSource(try scratch.write(text, "text")), limit: 256)

        #expect(parts.map(\.text).joined() == text)
        #expect(parts.allSatisfy { $0.bytes.count <= 256 })
        #expect(parts.map(\.continuesEarlier) == [false] + Array(repeating: true, count: parts.count - 1))
        #expect(parts.map(\.isContinued) == Array(repeating: true, count: parts.count - 1) + [false])
        #expect(parts.dropLast().allSatisfy { $0.bytes.last == 0x0A })
    }

    @Test(arguments: [256, 257, 258, 259, 260, 1000])
    func `a line that is too long is cut between characters`(limit: Int) throws {
        let text = String(repeating: "猫é🙂a", count: 500)

        let parts = try TextWorkshop.read(TextSource(try scratch.write(text, "text"), .lines), limit: limit)

        #expect(parts.map(\.text).joined() == text && parts.count > 3)
        #expect(parts.allSatisfy { $0.bytes.count <= limit && String(validating: $0.bytes, as: UTF8.self) != nil })
    }

    @Test func `files longer than a block read the same as short ones`() throws {
        let documents = TextWorkshop.documents(6000, words: 60, seed: 3)
        let file = try scratch.write(documents.joined(separator: "\n\n"), "long")

        #expect(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0 > 1_500_000)
        #expect(try TextWorkshop.read(TextSource(file)).map(\.text) == documents)
    }

    @Test func `JSON Lines give the text of a field`() throws {
        let text = #"{"text": "a\nb", "id": 1}"# + "\n\n" + #"{"text": "c"}"#

        #expect(try texts(text, .jsonLines(field: "text")) == ["a\nb", "c"])
    }

    @Test func `what cannot be read is told with its place`() throws {
        let bad = try scratch.write(Array("good\nba".utf8) + [0xFF] + Array("d\n".utf8), "bad")
        #expect(throws: TextDataError.notUTF8(file: bad, offset: 7)) { try TextWorkshop.read(TextSource(bad)) }
        let missing = scratch.file("nowhere")
        #expect(throws: TextDataError.fileMissing(file: missing)) { try TextWorkshop.read(TextSource(missing)) }
        #expect(throws: TextDataError.self) { try TextWorkshop.read(TextSource(scratch.path)) }
        let rows = try scratch.write("{\"text\": \"a\"}\n{\"text\": 3}\n", "rows")
        #expect(
            throws: TextDataError.wrongLine(
                file: rows, line: 2, expected: "an object with a text under \"text\"")
        ) { try TextWorkshop.read(TextSource(rows, .jsonLines(field: "text"))) }
        let broken = try scratch.write("{\"text\": \n", "broken")
        #expect {
            try TextWorkshop.read(TextSource(broken, .jsonLines(field: "text")))
        } throws: { error in
            guard case .notJSON(broken, 1, _) = error as? TextDataError else { return false }
            return "\(error)".contains("line 1")
        }
    }

    @Test func `a name ending in jsonl is JSON Lines`() {
        #expect(TextSource(guessing: "a/b.jsonl").layout == .jsonLines(field: "text"))
        #expect(TextSource(guessing: "a/b.txt").layout == .blankLines)
    }
}
