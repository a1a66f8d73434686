import Foundation
import InterleavedData
import TestFixtures
import Testing

@Suite struct PairReadingTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func record(
        _ id: String, _ captions: [String] = [], _ questions: [QuestionAnswer] = [], split: String? = nil,
        set: String? = nil, label: String? = nil
    ) -> PairRecord {
        PairRecord(
            id: id, picture: .file(path: scratch.file(id)), captions: captions, questions: questions, split: split,
            set: set, label: label)
    }

    @Test func `our own lines: captions, questions, split, set, label`() throws {
        let file = try scratch.write(
            """
            {"image": "a.png", "caption": "a cat", "qa": [["Is it a dog?", "no"]], "split": "train", "set": "s", "label": 3}

            {"image": "b.png", "caption": null, "qa": [["What?", "ein Hund"]], "split": "dev", "label": "hund"}
            {"image": "/c.png", "captions": ["one", "two"]}
            """, "pairs.jsonl")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .pairs && dataset.splits == ["train", "dev"] && dataset.sets == ["s"])
        var absolute = record("/c.png", ["one", "two"])
        absolute.picture = .file(path: "/c.png")
        #expect(
            dataset.records == [
                record("a.png", ["a cat"], [.init("Is it a dog?", "no")], split: "train", set: "s", label: "3"),
                record("b.png", [], [.init("What?", "ein Hund")], split: "dev", label: "hund"), absolute,
            ])
        #expect(try dataset.split("dev").records.map(\.id) == ["b.png"])
        #expect(throws: PairDataError.noSuchSplit(path: file, split: "test", present: ["train", "dev"])) {
            try dataset.split("test")
        }
    }

    @Test func `a folder is read through the listing in it`() throws {
        try scratch.write(#"{"image": "a.png", "caption": "a cat"}"#, "pairs.jsonl")

        #expect(try PairDataset(path: scratch.path).records == [record("a.png", ["a cat"])])
    }

    @Test func `paths start from the image root where one is named`() throws {
        let file = try scratch.write(#"{"image": "a.png", "caption": "a cat"}"#, "pairs.jsonl")

        let dataset = try PairDataset(path: file, imageRoot: "elsewhere/")

        #expect(dataset.records[0].picture == .file(path: "elsewhere/a.png"))
    }

    @Test func `a folder of pictures with texts beside them`() throws {
        try scratch.write("  a cat\n", "train/a.png.txt")
        try scratch.write("  a cat\n", "train/a.txt")
        try scratch.write([1], "train/a.png")
        try scratch.write("a dog, \nsitting", "deep/b.txt")
        try scratch.write([1], "deep/b.jpeg")

        let dataset = try PairDataset(path: scratch.path)

        #expect(dataset.format == .folder)
        #expect(
            dataset.records == [
                record("deep/b.jpeg", ["a dog, \nsitting"]), record("train/a.png", ["a cat"], split: "train"),
            ])
    }

    @Test(arguments: [("\n", ","), ("\r\n", ","), ("\n", "\t"), ("\r\n", "\t")])
    func `tables, quoted as RFC 4180 has it`(end: String, separator: String) throws {
        let lines = [
            ["\u{FEFF}Path", "caption", "split"],
            ["a.png", "\"a \"\"big\"\" cat\(separator) sitting\(end)still\"", "train"],
            ["\"b.png\"", "5\" nail", ""], ["c.png", "", "dev"],
        ]
        let text = lines.map { $0.joined(separator: separator) }.joined(separator: end)
        let file = try scratch.write(text, separator == "," ? "t.csv" : "t.tsv")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == (separator == "," ? .csv : .tsv))
        #expect(
            dataset.records == [
                record("a.png", ["a \"big\" cat\(separator) sitting\(end)still"], split: "train"),
                record("b.png", ["5\" nail"]), record("c.png", [""], split: "dev"),
            ])
    }

    @Test func `rows of questions keep the captions that they have too`() throws {
        let asked = try scratch.write(
            #"{"image": "a.png", "caption": "a cat", "question": "Is it?", "answer": "yes"}"#, "q.jsonl")
        let said = try scratch.write(
            #"""
            [{"image": "a.png", "caption": "a cat", "conversations": [
              {"from": "human", "value": "<image>\nIs it?"}, {"from": "gpt", "value": "yes"}]}]
            """#, "c.json")

        for file in [asked, said] {
            #expect(
                try PairDataset(path: file).records == [record("a.png", ["a cat"], [.init("Is it?", "yes")])], "\(file)"
            )
        }
    }

    @Test func `a table of questions`() throws {
        let file = try scratch.write("question,file,answer\nIs it?,a.png,yes\n\n", "t.csv")

        #expect(try PairDataset(path: file).records == [record("a.png", [], [.init("Is it?", "yes")])])
    }

    @Test func `LAVIS's COCO captions: one, or a list`() throws {
        let file = try scratch.write(
            """
            [{"caption": "a cat", "image": "val2014/a.jpg", "image_id": "coco_1"},
             {"image": "val2014/b.jpg", "caption": ["a dog", "the dog"]}]
            """, "coco_karpathy_val.json")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .karpathy)
        #expect(
            dataset.records == [record("val2014/a.jpg", ["a cat"]), record("val2014/b.jpg", ["a dog", "the dog"])])
    }

    @Test func `Karpathy's own file`() throws {
        let file = try scratch.write(
            """
            {"images": [{"filepath": "val2014", "filename": "a.jpg", "split": "test",
                         "sentences": [{"raw": "A cat.", "tokens": ["a", "cat"]}, {"raw": "Cat"}]}], "dataset": "coco"}
            """, "dataset_coco.json")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .karpathy)
        #expect(dataset.records == [record("val2014/a.jpg", ["A cat.", "Cat"], split: "test")])
    }

    @Test(arguments: [false, true])
    func `COCO's own file: captions joined by number, in whatever order the lists stand`(captionsFirst: Bool) throws {
        let images =
            #""images": [{"id": 7, "file_name": "a.jpg"}, {"id": 9, "file_name": "b.jpg"}, {"id": 8, "file_name": "c"}]"#
        let captions = """
            "annotations": [{"image_id": 9, "id": 1, "caption": "a dog"}, {"image_id": 7, "id": 2, "caption": "A cat"},
                {"image_id": 9, "id": 3, "caption": "the dog"}]
            """
        let lists = captionsFirst ? [captions, images] : [images, captions]
        let file = try scratch.write("{\"info\": {}, \(lists.joined(separator: ", ")), \"licenses\": [1]}", "coco.json")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .karpathy)
        #expect(dataset.records == [record("a.jpg", ["A cat"]), record("b.jpg", ["a dog", "the dog"])])
    }

    @Test func `LAVIS's questions: an answer as often as it was given`() throws {
        let file = try scratch.write(
            """
            [{"question_id": 1, "question": "What?", "answer": ["cat", "cat", "dog"], "image": "a.jpg", "dataset": "vqa"},
             {"image": "b.jpg", "text_input": "Describe.", "text_output": "a dog"},
             {"image": "c.jpg", "question": "Who?", "answers": [{"answer": "he", "answer_id": 1}]}]
            """, "vqa_train.json")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .vqa)
        #expect(
            dataset.records == [
                record("a.jpg", [], [.init("What?", "cat"), .init("What?", "cat"), .init("What?", "dog")]),
                record("b.jpg", [], [.init("Describe.", "a dog")]), record("c.jpg", [], [.init("Who?", "he")]),
            ])
    }

    @Test func `LLaVA's conversations, rows of text alone left out and counted`() throws {
        let file = try scratch.write(
            """
            [{"id": "1", "image": "a.jpg", "conversations": [
                {"from": "human", "value": "<image>\\nWhat is it?"}, {"from": "gpt", "value": "A cat."},
                {"from": "human", "value": "Where?"}, {"from": "gpt", "value": "Here."}]},
             {"id": "2", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]},
             {"id": "3", "image": "b.jpg", "conversations": [
                {"from": "human", "value": "<image>"}, {"from": "gpt", "value": "a dog"}]}]
            """, "llava.json")

        let dataset = try PairDataset(path: file)

        #expect(dataset.format == .llava && dataset.rowsWithoutPicture == 1)
        #expect(
            dataset.records == [
                record("a.jpg", [], [.init("What is it?", "A cat."), .init("Where?", "Here.")]),
                record("b.jpg", ["a dog"]),
            ])
    }

    @Test func `tar shards: pictures are parts of the file`() throws {
        var first = TarBytes()
        first.add("./", [], type: "5")
        first.add("s/0001.jpg", [1, 2, 3])
        first.add("s/0001.txt", Array(" a cat\n".utf8))
        first.add("s/0001.json", Array(#"{"width": 3}"#.utf8))
        first.add(longName: String(repeating: "long/", count: 30) + "k.seg.png", [9])
        first.add("0002.png", [4, 5], prefix: "deep/er")
        first.add("deep/er/0002.json", Array(#"{"caption": "a dog", "split": "train"}"#.utf8))
        first.add("._0001.jpg", [0])
        var second = TarBytes()
        second.add("x.jpeg", [UInt8](repeating: 7, count: 600))
        second.add("x.txt", Array("x".utf8))
        let shards = [try scratch.write(first.closed, "00.tar"), try scratch.write(second.closed, "01.tar")]

        let reading = try PairReading(path: scratch.path)

        #expect(reading.format == .webdataset)
        #expect(
            reading.records == [
                PairRecord(
                    id: "s/0001", picture: .part(file: shards[0], offset: 1024, count: 3), captions: ["a cat"]),
                PairRecord(
                    id: "deep/er/0002", picture: .part(file: shards[0], offset: 6144, count: 2), captions: ["a dog"],
                    split: "train"),
                PairRecord(id: "x", picture: .part(file: shards[1], offset: 512, count: 600), captions: ["x"]),
            ])
        let key = String(repeating: "long/", count: 30) + "k"
        #expect(
            reading.problems == [
                PairRowError(
                    file: shards[0], place: .member(key), problem: .noPicture(expected: "\(key).jpg or \(key).png"))
            ])
        #expect(try reading.records[0].picture.bytes() == [1, 2, 3])
        #expect(try reading.records[1].picture.bytes() == [4, 5])
    }

    @Test func `the format is told by content where the name does not`() throws {
        var tar = TarBytes()
        tar.add("a.png", [1])
        tar.add("a.txt", Array("x".utf8))
        let files = [
            try scratch.write(tar.closed, "shard"), try scratch.write(#"{"image": "a", "caption": "b"}"#, "lines"),
            try scratch.write(#"[{"image": "a", "question": "b", "answer": "c"}]"#, "list"),
        ]

        #expect(try files.map { try PairDataset(path: $0).format } == [.webdataset, .pairs, .vqa])
    }

    @Test func `a forced format counts more than the name`() throws {
        let file = try scratch.write("image,caption\na.png,a cat\n", "table.json")

        #expect(try PairDataset(path: file, format: .csv).records == [record("a.png", ["a cat"])])
    }
}
