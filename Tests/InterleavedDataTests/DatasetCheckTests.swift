import ImageFiles
import Imaging
import InterleavedData
import TensorEngine
import TestFixtures
import Testing

@Suite struct DatasetCheckTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static func words(_ text: String) -> Int { text.wordCount }

    /// A smooth picture, as photographs are.
    private static func photo(_ kind: Int, side: Int = 96) -> Bitmap {
        var pixels: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side {
                let (u, v) = (x * 96 / side, y * 96 / side)
                pixels += [UInt8((u + kind * 40) % 200), UInt8((v * 2 + kind * 25) % 200), UInt8((u + v) % 200)]
            }
        }
        return Bitmap(width: side, height: side, pixels: pixels)
    }

    private func check(_ lines: [String], limit: Int = 64, file: String = "pairs.jsonl") throws -> DatasetCheck {
        let path = try scratch.write(lines.joined(separator: "\n"), file)
        return DatasetCheck(DatasetSurvey(paths: [path]), limit: limit, length: Self.words)
    }

    @Test func `a sound dataset has nothing to tell`() throws {
        for kind in 0..<3 { try scratch.write(Self.photo(kind).pngData(), "\(kind).png") }

        let check = try check((0..<3).map { #"{"image": "\#($0).png", "caption": "x", "split": "s\#($0)"}"# })

        #expect(!check.isBroken && check.rowCount == 3 && check.pictureCount == 3)
        #expect(check.duplicates.isEmpty && check.nearDuplicates.isEmpty && check.leaks.isEmpty)
        #expect(check.emptyTexts.isEmpty && check.longTexts.isEmpty)
    }

    @Test func `malformed rows, missing, cut and foreign pictures are broken`() throws {
        let png = try Self.photo(0).pngData()
        try scratch.write(Array(png.prefix(png.count / 2)), "cut.png")
        try scratch.write("no picture", "text.png")
        try scratch.write(png, "good.png")

        let check = try check([
            #"{"image": "cut.png", "caption": "x"}"#, #"{"image": "text.png", "caption": "x"}"#,
            #"{"image": "absent.png", "caption": "x"}"#, #"{"image": "absent.png", "caption": "again"}"#, "{",
            #"{"image": "good.png", "caption": "x"}"#,
        ])

        #expect(check.isBroken && check.rowCount == 5 && check.pictureCount == 4)
        #expect(check.malformedRows.map(\.place) == [.line(5)])
        #expect(check.missing.map(\.row) == [scratch.file("absent.png")])
        #expect(check.unreadable.map(\.row) == [scratch.file("cut.png"), scratch.file("text.png")])
        if case .file(.truncated) = check.unreadable[0].error {} else { Issue.record("\(check.unreadable[0])") }
    }

    @Test func `empty texts are told, and break a row that has no other`() throws {
        for name in ["a", "b"] { try scratch.write(Self.photo(0).pngData(), "\(name).png") }

        let check = try check([
            #"{"image": "a.png", "caption": " ", "qa": [["q", "a"], ["", "a"], ["q", ""]]}"#,
            #"{"image": "b.png", "caption": "", "qa": []}"#,
        ])

        let (a, b) = (scratch.file("a.png"), scratch.file("b.png"))
        #expect(check.emptyTexts.map(\.row) == [a, a, a, b])
        #expect(check.emptyTexts.map(\.kind) == [.caption, .question, .answer, .caption])
        #expect(check.emptyTexts.map(\.leavesNothing) == [false, false, false, true])
        #expect(check.rowsWithoutText == [b] && check.isBroken)
    }

    @Test func `texts over the limit are told with their length`() throws {
        try scratch.write(Self.photo(0).pngData(), "a.png")

        let check = try check(
            [#"{"image": "a.png", "caption": "one two three", "qa": [["a b c d", "e f"]]}"#], limit: 2)

        #expect(
            check.longTexts.map(\.length) == [3, 4] && check.longTexts.map(\.text) == ["one two three", "a b c d"])
        #expect(!check.isBroken)
    }

    @Test func `equal bytes and alike pictures are grouped apart`() throws {
        let photo = Self.photo(1)
        try scratch.write(photo.pngData(), "a.png")
        try scratch.write(photo.pngData(), "b.png")
        try scratch.write(photo.jpegData(quality: 70), "c.jpg")
        try scratch.write(photo.resized(width: 60, height: 60, filter: .bicubic).pngData(), "d.png")
        try scratch.write(Self.photo(2).pngData(), "e.png")
        try scratch.write(photo.turned(by: .mirrored).pngData(), "f.png")
        try scratch.write(photo.resized(width: 60, height: 96, filter: .bicubic).pngData(), "g.png")

        let check = try check(
            ["a.png", "b.png", "c.jpg", "d.png", "e.png", "f.png", "g.png"].map {
                #"{"image": "\#($0)", "caption": "x"}"#
            })

        #expect(check.duplicates == [["a.png", "b.png"].map(scratch.file)])
        #expect(check.nearDuplicates == [["a.png", "b.png", "c.jpg", "d.png"].map(scratch.file)])
        #expect(check.leaks.isEmpty && !check.isBroken)
    }

    @Test func `a small object tells pictures apart`() throws {
        var pixels = Self.photo(0).pixels
        for y in 40..<48 { for x in 40..<48 { pixels[(y * 96 + x) * 3] = 255 } }
        try scratch.write(Self.photo(0).pngData(), "a.png")
        try scratch.write(Bitmap(width: 96, height: 96, pixels: pixels).pngData(), "b.png")

        let check = try check(["a", "b"].map { #"{"image": "\#($0).png", "caption": "x"}"# })

        #expect(check.nearDuplicates.isEmpty && check.duplicates.isEmpty)
    }

    @Test func `pictures of several splits leak, whether the file, its bytes or its looks are the same`() throws {
        for name in ["file", "bytes", "twin", "looks"] {
            let kind = ["file": 0, "bytes": 1, "twin": 1, "looks": 2][name] ?? 0
            try scratch.write(Self.photo(kind).pngData(), "\(name).png")
        }
        try scratch.write(Self.photo(2).jpegData(quality: 80), "alike.jpg")

        let check = try check([
            #"{"image": "file.png", "caption": "x", "split": "train"}"#,
            #"{"image": "file.png", "caption": "y", "split": "dev"}"#,
            #"{"image": "bytes.png", "caption": "x", "split": "train"}"#,
            #"{"image": "twin.png", "caption": "x", "split": "test"}"#,
            #"{"image": "looks.png", "caption": "x", "split": "dev"}"#,
            #"{"image": "alike.jpg", "caption": "x", "split": "train"}"#,
        ])

        #expect(check.leaks.map(\.splits) == [["dev", "train"], ["test", "train"], ["dev", "train"]])
        #expect(check.leaks.map(\.hasEqualBytes) == [true, true, false])
        #expect(check.leaks[2].rows == ["\(scratch.file("looks.png")) (dev)", "\(scratch.file("alike.jpg")) (train)"])
    }

    @Test func `one split alone is looked at where asked for, and its absence told`() throws {
        try scratch.write(Self.photo(0).pngData(), "a.png")
        let path = try scratch.write(
            """
            {"image": "a.png", "caption": "x", "split": "train"}
            {"image": "absent.png", "caption": "x", "split": "dev"}
            """, "pairs.jsonl")

        let (train, none) = (DatasetSurvey(paths: [path], split: "train"), DatasetSurvey(paths: [path], split: "no"))

        #expect(train.records.count == 1 && train.pictures.count == 1)
        #expect(none.failures.map(\.error) == [.noSuchSplit(path: path, split: "no", present: ["train", "dev"])])
        #expect(DatasetCheck(none, limit: 9, length: Self.words).isBroken)
    }

    @Test func `a dataset that cannot be read does not keep others from being read`() throws {
        try scratch.write(Self.photo(0).pngData(), "a.png")
        let good = try scratch.write(#"{"image": "a.png", "caption": "x"}"#, "pairs.jsonl")

        let survey = DatasetSurvey(paths: ["nowhere", good])

        #expect(survey.failures.map(\.error) == [.noSuchInput(path: "nowhere")])
        #expect(survey.records.count == 1)
    }

    @Test func `figures of a small dataset`() throws {
        try scratch.write(DrawnPictures.png(0, width: 20, height: 40), "a.png")
        try scratch.write(DrawnPictures.png(1, width: 300, height: 64), "b.png")
        let path = try scratch.write(
            """
            {"image": "a.png", "caption": "one", "qa": [["q", "yes"], ["r", "no"]], "split": "train", "set": "s"}
            {"image": "a.png", "caption": "one two", "qa": [["q", "yes"]], "split": "train", "set": "s"}
            {"image": "b.png", "caption": "one", "split": "dev"}
            {"image": "c.png", "caption": null, "qa": [["q", "yes sir"]], "split": "dev"}
            """, "pairs.jsonl")

        let statistics = DatasetStatistics(DatasetSurvey(paths: [path]), top: 1)

        #expect(statistics.counts.map { [$0.set, $0.split] } == [["s", "train"], ["", "dev"]])
        #expect(
            statistics.counts.map { [$0.rows, $0.pictures, $0.captions, $0.questions] } == [
                [2, 1, 2, 3], [2, 2, 1, 1],
            ])
        #expect(
            statistics.widths == .init([20, 300]) && statistics.heights?.greatest == 64 && statistics.unreadable == 1)
        #expect(statistics.shorterSides.map(\.from) == [1, 64] && statistics.shorterSides.map(\.pictures) == [1, 1])
        #expect(statistics.captionWords?.greatest == 2 && statistics.captionWords?.median == 1)
        #expect(statistics.answerWords?.greatest == 2)
        #expect(statistics.differentCaptions == 2 && statistics.differentAnswers == 3)
        #expect(statistics.commonCaptions.map(\.text) == ["one"] && statistics.commonCaptions.map(\.count) == [2])
        #expect(statistics.commonAnswers.map(\.text) == ["yes"])
        #expect(DatasetStatistics.Spread([]) == nil)
    }
}
