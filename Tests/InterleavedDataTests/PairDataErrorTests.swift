import Foundation
import InterleavedData
import JSONText
import TestFixtures
import Testing

@Suite struct PairDataErrorTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// The problems of a text's rows, which must keep its good ones from nobody.
    private func problems(
        _ text: String, _ name: String, format: PairFormat? = nil
    ) throws -> [(PairRowError.Place, PairRowError.Problem)] {
        let file = try scratch.write(text, name)
        let reading = try PairReading(path: file, format: format)
        #expect(throws: PairDataError.rows(path: file, reading.problems)) {
            try PairDataset(path: file, format: format)
        }
        for problem in reading.problems {
            #expect(problem.file == file && problem.description.contains("expected") || "\(problem)".contains("twice"))
        }
        return reading.problems.map { ($0.place, $0.problem) }
    }

    @Test(arguments: [
        (
            #"{"image": "a.png", "caption": "x""#,
            PairRowError.Problem.notJSON(JSONError(reason: .unexpectedEnd, offset: 33))
        ),
        (#"["a.png"]"#, .notAnObject),
        (#"{"caption": "x"}"#, .missing(key: "image", expected: "the picture's path")),
        (#"{"image": "", "caption": "x"}"#, .wrong(key: "image", expected: "the picture's path", found: "empty")),
        (#"{"image": null, "caption": "x"}"#, .wrong(key: "image", expected: "the picture's path", found: "empty")),
        (#"{"image": 3, "caption": "x"}"#, .wrong(key: "image", expected: "a text", found: "a number")),
        (#"{"image": ["a"], "caption": "x"}"#, .wrong(key: "image", expected: "a text", found: "a list")),
        (
            #"{"image": "a"}"#,
            .missing(
                key: "caption", expected: "a text or null, beside or instead of \"qa\" or \"conversations\"")
        ),
        (
            #"{"image": "a", "caption": 7}"#,
            .wrong(key: "caption", expected: "a text, or a list of texts", found: "a number")
        ),
        (
            #"{"image": "a", "captions": ["x", 1]}"#,
            .wrong(key: "captions", expected: "a text, or a list of texts", found: "a list with 1")
        ),
        (
            #"{"image": "a", "qa": "yes"}"#,
            .wrong(key: "qa", expected: "a list of [question, answer]", found: "a text")
        ),
        (
            #"{"image": "a", "qa": [["q"]]}"#,
            .wrong(key: "qa", expected: "a list of [question, answer]", found: #"a list with ["q"]"#)
        ),
        (#"{"image": "a", "caption": "x", "split": 1.5}"#, .wrong(key: "split", expected: "a text", found: "a number")),
        (#"{"image": "a", "image": "b", "caption": "x"}"#, .repeatedKey("image")),
    ])
    func `a malformed line is told with its number`(line: String, problem: PairRowError.Problem) throws {
        let text = #"{"image": "good.png", "caption": "x"}"# + "\n\n" + line + "\n"

        let found = try problems(text, "rows.jsonl", format: .pairs)

        #expect(found.count == 1)
        #expect(found[0] == (.line(3), problem))
        #expect(try PairReading(path: scratch.file("rows.jsonl"), format: .pairs).records.count == 1)
    }

    @Test func `bytes that are not UTF-8 are told`() throws {
        let file = try scratch.write(
            Array(#"{"image": "a", "caption": ""#.utf8) + [0xFF] + Array("\"}".utf8), "r.jsonl")

        #expect(
            try PairReading(path: file).problems.map(\.problem) == [
                .notJSON(JSONError(reason: .badUTF8, offset: 28))
            ])
    }

    @Test(arguments: [
        (#"[{"image": "a", "question": "q", "question_id": 1}]"#, "answer"),
        (#"[{"image": "a", "question": "q", "answer": [1]}]"#, "answer"),
        (#"[{"image": "a", "question": null, "answer": "x"}]"#, "question"),
        (#"[{"image": "a", "text_input": "q"}]"#, "text_output"),
        (#"[{"image": "a", "conversations": "q"}]"#, "conversations"),
        (#"[{"image": "a", "conversations": [{"from": "gpt", "value": "x"}]}]"#, "conversations"),
        (#"[{"image": "a", "conversations": [{"from": "human", "value": "x"}]}]"#, "conversations"),
        (#"[{"image": "a", "conversations": [{"from": "human", "text": "x"}]}]"#, "conversations"),
        (#"[{"image": "a", "caption": {"raw": "x"}}]"#, "caption"),
        (#"{"images": [{"filename": "a", "sentences": ["x"]}]}"#, "sentences"),
        (#"{"images": [{"filename": "a", "sentences": 1}]}"#, "sentences"),
        (#"{"images": [{"filename": "a"}]}"#, "caption"),
    ])
    func `a malformed row of a list is told with its number and key`(text: String, key: String) throws {
        let found = try problems(text, "rows.json")

        #expect(found.count == 1 && found[0].0 == .element(1))
        switch found[0].1 {
        case .missing(let found, _), .wrong(let found, _, _): #expect(found == key)
        default: Issue.record("\(found[0].1)")
        }
    }

    @Test func `a conversation is wanted where LLaVA's format is forced`() throws {
        let found = try problems(#"[{"image": "a"}]"#, "rows.json", format: .llava)

        #expect(found.count == 1)
        if case .missing(key: "conversations", _) = found[0].1 {} else { Issue.record("\(found[0].1)") }
    }

    @Test(arguments: [
        ("a.png,x,y", 2, PairRowError.Problem.cellCount(expected: 2, found: 3)),
        ("a.png", 2, .cellCount(expected: 2, found: 1)),
        (",x", 2, .wrong(key: "image", expected: "the picture's path", found: "empty")),
        ("a.png,\"x", 2, .unclosedQuote),
        ("a.png,\"x\ny\"z\nb.png,fine", 2, .textAfterQuote),
    ])
    func `a malformed line of a table is told`(line: String, number: Int, problem: PairRowError.Problem) throws {
        let found = try problems("image,caption\n\(line)\n", "t.csv")

        #expect(found.count == 1)
        #expect(found[0] == (.line(number), problem))
    }

    @Test func `a table's bytes that are not UTF-8 are told`() throws {
        let file = try scratch.write(Array("image,text\nb.png,x\na.png,".utf8) + [0xC3, 0x28], "t.csv")

        let reading = try PairReading(path: file)

        #expect(reading.problems.map(\.problem) == [.notUTF8] && reading.problems[0].place == .line(3))
        #expect(reading.records.map(\.id) == ["b.png"])
    }

    @Test(arguments: [("name,caption\n", ["name", "caption"]), ("image,words\n", ["image", "words"])])
    func `a table without the columns is refused`(text: String, header: [String]) throws {
        let file = try scratch.write(text, "t.csv")

        #expect { try PairDataset(path: file) } throws: { error in
            guard case PairDataError.noColumn(file, _, header) = error else { return false }
            return "\(error)".contains("caption")
        }
    }

    @Test func `a header that does not end is told`() throws {
        let file = try scratch.write("\"image", "t.csv")

        #expect(
            throws: PairDataError.rows(
                path: file, [PairRowError(file: file, place: .line(1), problem: .unclosedQuote)])
        ) { try PairReading(path: file) }
    }

    @Test func `a picture without its text, and a text that is none`() throws {
        try scratch.write([1], "a.png")
        try scratch.write([1], "b.png")
        try scratch.write([0xFF, 0xFE], "b.txt")

        #expect(
            try PairReading(path: scratch.path).problems == [
                PairRowError(
                    file: scratch.path, place: .picture("a.png"), problem: .noText(expected: "a.txt beside it")),
                PairRowError(file: scratch.path, place: .picture("b.png"), problem: .notUTF8),
            ])
    }

    @Test func `lists that stop being JSON`() throws {
        let cut = try scratch.write(#"[{"image": "a", "caption": "x"},"#, "cut.json")
        let tail = try scratch.write(#"[{"image": "a", "caption": "x"}] x"#, "tail.json")
        let images = try scratch.write(#"{"images": [{"filename": "a", "sentences": []}], "x" 3}"#, "images.json")

        #expect(throws: PairDataError.notJSON(file: cut, JSONError(reason: .unexpectedEnd, offset: 32))) {
            try PairDataset(path: cut)
        }
        #expect(throws: PairDataError.notJSON(file: tail, JSONError(reason: .trailingBytes, offset: 33))) {
            try PairDataset(path: tail)
        }
        #expect { try PairDataset(path: images) } throws: {
            if case PairDataError.notJSON(images, _) = $0 { true } else { false }
        }
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), (Array("PK\u{3}\u{4}".utf8), "zip"),
        ] as [([UInt8], String)])
    func `packed files are named`(bytes: [UInt8], program: String) throws {
        let file = try scratch.write(bytes, "rows.jsonl")

        #expect(throws: PairDataError.compressed(path: file, by: program)) { try PairDataset(path: file) }
    }

    @Test func `what is no dataset`() throws {
        let prose = try scratch.write("Call me Ishmael.", "prose.txt")
        let nothing = try scratch.write("", "nothing.jsonl")
        let blank = try scratch.write("\n \n", "blank.jsonl")
        let empty = try scratch.write("[]", "empty.json")
        let header = try scratch.write("", "header.csv")

        #expect(throws: PairDataError.unknownFormat(path: prose)) { try PairDataset(path: prose) }
        for file in [nothing, blank, empty, header] {
            #expect(throws: PairDataError.empty(path: file)) { try PairDataset(path: file) }
        }
        #expect(throws: PairDataError.empty(path: scratch.file("none"))) {
            try FileManager.default.createDirectory(atPath: scratch.file("none"), withIntermediateDirectories: true)
            return try PairDataset(path: scratch.file("none"))
        }
        let absent = scratch.file("absent.jsonl")
        #expect(throws: PairDataError.noSuchInput(path: absent)) { try PairDataset(path: absent) }
        #expect(PairDataError.noSuchInput(path: absent).isMissing)
    }

    @Test func `formats that the input cannot have`() throws {
        let file = try scratch.write("{}", "a.jsonl")

        for (path, format) in [(file, PairFormat.folder), (scratch.path, .webdataset), (scratch.path, .csv)] {
            #expect(throws: PairDataError.wrongKindOfInput(path: path, format: format)) {
                try PairDataset(path: path, format: format)
            }
        }
        // Anything can be asked to be read as a table or an archive.
        #expect { try PairDataset(path: file, format: .webdataset) } throws: {
            if case PairDataError.damagedArchive(file, 0, .endsEarly) = $0 { true } else { false }
        }
    }

    @Test func `damaged archives`() throws {
        var tar = TarBytes()
        tar.add("a.png", [1, 2])
        tar.add("a.txt", Array("x".utf8))
        var badSum = tar.closed
        badSum[1030] ^= 1
        var badNumber = tar.closed
        badNumber[1148] = UInt8(ascii: "9")  // in the size, and the sum with it
        badNumber[1024 + 148..<1024 + 154] = Self.sum(of: badNumber, at: 1024)[...]
        var badExtension = TarBytes()
        badExtension.add("x", Array("99 path=a\n".utf8), type: "x")

        let cases: [([UInt8], Int, TarProblem)] = [
            (tar.bytes, 2048, .endsEarly), (Array(tar.closed[..<1500]), 1024, .endsEarly),
            (Array(tar.closed[..<513]), 0, .endsEarly), (badSum, 1024, .badSum), (badNumber, 1024, .badNumber),
            (badExtension.closed, 0, .badExtension),
        ]
        for (bytes, offset, problem) in cases {
            let file = try scratch.write(bytes, "shard.tar")
            #expect(throws: PairDataError.damagedArchive(file: file, offset: offset, problem)) {
                try PairDataset(path: file)
            }
        }
        let empty = try scratch.write(TarBytes().closed, "shard.tar")
        #expect(throws: PairDataError.empty(path: empty)) { try PairDataset(path: empty) }
    }

    private static func sum(of bytes: [UInt8], at start: Int) -> [UInt8] {
        let header = bytes[start..<start + 512]
        let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        let text = String(sum, radix: 8)
        return Array((String(repeating: "0", count: 6 - text.count) + text).utf8)
    }

    @Test func `texts of archives that are none`() throws {
        var tar = TarBytes()
        for (key, text) in [("a", "{"), ("b", #"{"caption": 1}"#), ("c", #"{"width": 1}"#)] {
            tar.add("\(key).jpg", [1])
            tar.add("\(key).json", Array(text.utf8))
        }
        tar.add("d.jpg", [1])
        tar.add("e.jpg", [1])
        tar.add("e.txt", [0xFF])
        let file = try scratch.write(tar.closed, "s.tar")

        let reading = try PairReading(path: file)

        #expect(reading.records.isEmpty)
        #expect(
            reading.problems.map(\.place) == [
                .member("a"), .member("b.json"), .member("c.json"), .member("d"), .member("e"),
            ])
        #expect(reading.problems[3].problem == .noText(expected: "d.txt or d.json"))
        #expect(reading.problems[4].problem == .notUTF8)
    }

    @Test func `many bad rows are told in few lines, and each kind of error has its sentence`() throws {
        let rows = (1...9).map { PairRowError(file: "f", place: .line($0), problem: .notAnObject) }
        let text = PairDataError.rows(path: "f", rows).description

        #expect(text.split(separator: "\n").count == 6 && text.hasSuffix("and 4 more rows"))
    }

    @Test func `what the system does not hand out`() throws {
        #expect {
            try PairDataset(path: "/dev/null")
        } throws: { error in
            (error as? PairDataError)?.isReadFailure == true && "\(error)".hasPrefix("/dev/null: cannot be read: ")
        }
    }
}
