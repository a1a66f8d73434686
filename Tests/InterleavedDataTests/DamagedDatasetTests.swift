import InterleavedData
import TensorEngine
import TestFixtures
import Testing

/// Whatever bytes a dataset's file holds, reading ends in rows or in an error, never in a crash.
@Suite struct DamagedDatasetTests {
    private static let texts: [(name: String, text: String)] = [
        (
            "pairs.jsonl",
            #"{"image": "a.png", "caption": "x", "qa": [["q", "a"]], "split": "dev"}"# + "\n{\"image\": \"b\"}\n"
        ),
        ("list.json", #"[{"image": "a", "question": "q", "answer": ["x", "y"]}, {"image": "b", "question": "q"}]"#),
        ("own.json", #"{"images": [{"filepath": "v", "filename": "a", "sentences": [{"raw": "x"}]}], "n": [1, 2]}"#),
        (
            "talk.json",
            #"[{"image": "a", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "x"}]}]"#
        ), ("t.csv", "image,caption,split\r\na.png,\"x, \"\"y\"\"\",dev\r\nb.png,z,\r\n"),
        ("t.tsv", "path\ttext\na\tx\n"),
    ]

    /// Bytes with some of them changed, taken away or repeated.
    private static func damaged(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0...generator.integer(below: 4) where !bytes.isEmpty {
            let place = generator.integer(below: bytes.count)
            switch generator.integer(below: 5) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
            case 1: bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
            case 2: bytes.removeLast(bytes.count - place)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
            default: bytes[place] = Array("\"\\[]{}:,0-\n\t".utf8)[generator.integer(below: 12)]
            }
        }
        return bytes
    }

    @Test(arguments: texts.indices) func `damaged texts`(index: Int) throws {
        let scratch = try ScratchFolder()
        let (name, text) = Self.texts[index]
        var generator = SeededGenerator(seed: UInt64(index))
        #expect(try !PairReading(path: scratch.write(text, name)).records.isEmpty)

        var (read, refused) = (0, 0)
        for _ in 0..<400 {
            let file = try scratch.write(Self.damaged(Array(text.utf8), using: &generator), name)
            do {
                let reading = try PairReading(path: file)
                read += 1
                #expect(reading.problems.allSatisfy { !$0.description.isEmpty })
            } catch {
                refused += 1
                #expect("\(error)".contains(file))
            }
        }

        #expect(read > 20 && read + refused == 400)
    }

    @Test func `damaged archives`() throws {
        let scratch = try ScratchFolder()
        var tar = TarBytes()
        tar.add("a.png", [1, 2, 3])
        tar.add(longName: String(repeating: "b/", count: 80) + "c.txt", Array("x".utf8))
        tar.add("a.json", Array(#"{"caption": "x"}"#.utf8))
        var generator = SeededGenerator(seed: 1)

        var refused = 0
        for _ in 0..<600 {
            let file = try scratch.write(Self.damaged(tar.closed, using: &generator), "s.tar")
            do {
                for record in try PairReading(path: file).records {
                    #expect(throws: Never.self) { try record.picture.bytes() }
                }
            } catch { refused += 1 }
        }

        #expect(refused > 50)
    }
}
