import Foundation
import ImageFiles
import Imaging
import JSONText
import TestFixtures
import Testing

@Suite struct DataCheckCommandTests {
    /// Forty scenes with their rows.
    private static func scenes() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        let run = try CommandRun(["data", "scenes", "-o", scratch.file("scenes"), "--count", "40", "--quiet"])
        try #require(run.status == 0)
        return scratch
    }

    @Test func `a sound dataset: a line for each kind of finding, status 0`() throws {
        let scratch = try Self.scenes()

        let run = try CommandRun(["data", "check", scratch.file("scenes/pairs.jsonl"), "--quiet"])

        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.lines.first == "40 rows, 40 pictures" && run.lines.last == "nothing is broken")
        #expect(run.lines.contains("missing pictures              0"))
    }

    @Test func `a broken dataset: status 65, everything in JSON`() throws {
        let scratch = try Self.scenes()
        let pairs = "scenes/pairs.jsonl"
        let image = try #require(try JSONValue(parsing: String(scratch.text(pairs).split(separator: "\n")[0]))["image"])
        let first = try #require(image.string)
        let bytes = try scratch.bytes("scenes/" + first)
        try scratch.write(Array(bytes.prefix(bytes.count - 20)), "scenes/" + first)
        try scratch.write(
            scratch.text(pairs) + #"{"image": "no.png", "caption": ""}"# + "\nnonsense\n", pairs)

        let run = try CommandRun(["data", "check", scratch.file(pairs), "--json", "--limit", "1"])
        let text = try CommandRun(["data", "check", scratch.file(pairs), "--quiet"])

        #expect(run.status == 65 && text.status == 65 && text.lines.last == "broken")
        let report = try #require(try run.objects().first)
        #expect(report["rows"]?.integer == 41 && report["broken"]?.bool == true)
        #expect(report["unreadable"]?.array?.first?["row"]?.string?.hasSuffix(first) == true)
        #expect(report["missing"]?.array?.first?["row"]?.string?.hasSuffix("no.png") == true)
        #expect(report["malformed"]?.array?.first?.string?.contains("line 42") == true)
        #expect(report["rows_without_text"]?.array?.count == 1 && report["empty_texts"]?.array?.count == 1)
        #expect((report["long_texts"]?.array?.count ?? 0) > 40 && report["unit"]?.string == "words")
        #expect(text.output.contains("no.png") && text.output.contains("line 42"))
    }

    @Test func `texts are measured in tokens where a model is named`() throws {
        let scratch = try Self.scenes()

        let run = try CommandRun([
            "data", "check", scratch.file("scenes"), "--json", "--limit", "5", "-m", Models.opt, "--quiet",
        ])

        let report = try #require(try run.objects().first)
        #expect(run.status == 0 && report["unit"]?.string == "tokens")
        #expect(report["long_texts"]?.array?.allSatisfy { ($0["length"]?.integer ?? 0) > 5 } == true)
    }

    @Test func `what is not there is 66 alone, and 65 beside others`() throws {
        let scratch = try Self.scenes()

        let alone = try CommandRun(["data", "check", "nowhere.jsonl"])
        let beside = try CommandRun(["data", "check", "nowhere.jsonl", scratch.file("scenes"), "--quiet"])
        let noModel = try CommandRun(["data", "check", scratch.file("scenes"), "-m", "nowhere"])

        #expect(alone.status == 66 && alone.errors.contains("nowhere.jsonl: no such file"))
        #expect(beside.status == 65 && beside.output.contains("40 rows"))
        #expect(noModel.status == 66)
    }

    @Test(arguments: [[], ["x", "--limit", "0"], ["x", "--format", "parquet"], ["x", "--threads", "0"]])
    func `flags out of range are usage errors`(flags: [String]) throws {
        #expect(try CommandRun(["data", "check"] + flags).status == 64)
    }

    @Test func `figures and a contact sheet`() throws {
        let scratch = try Self.scenes()
        let sheet = scratch.file("sheet.png")

        let run = try CommandRun(["data", "stats", scratch.file("scenes"), "--json", "--contact-sheet", sheet])
        let text = try CommandRun(["data", "stats", scratch.file("scenes"), "--top", "3", "--quiet"])

        let report = try #require(try run.objects().first)
        #expect(run.status == 0 && text.status == 0)
        #expect(report["counts"]?.array?.reduce(0) { $0 + ($1["rows"]?.integer ?? 0) } == 40)
        #expect(report["width"]?["median"]?.integer == 64 && report["unreadable"]?.integer == 0)
        #expect(text.output.contains("64–127") && text.output.contains("the most common:"))
        let drawn = try ImageSource.file(path: sheet).bitmap()
        // Ten columns and four rows of pictures of 112 pixels, with three lines of text below.
        #expect(drawn.width == 1208 && drawn.height == 632)
        #expect(Set(stride(from: 0, to: drawn.pixels.count, by: 997).map { drawn.pixels[$0] }).count > 20)
        #expect(try scratch.bytes("sheet.png") == Self.secondSheet(of: scratch))
    }

    /// The sheet drawn again, on another number of threads.
    private static func secondSheet(of scratch: ScratchFolder) throws -> [UInt8] {
        _ = try CommandRun([
            "data", "stats", scratch.file("scenes"), "--quiet", "--threads", "1", "--contact-sheet",
            scratch.file("again.png"),
        ])
        return try scratch.bytes("again.png")
    }

    @Test func `a sheet that cannot be written is 74, a dataset that cannot be read 65`() throws {
        let scratch = try Self.scenes()
        let damaged = try scratch.write("nonsense", "damaged.csv")

        let unwritable = try CommandRun(["data", "stats", scratch.file("scenes"), "--contact-sheet", "/dev/null/x.png"])
        let unreadable = try CommandRun(["data", "stats", damaged])

        #expect(unwritable.status == 74 && unreadable.status == 65 && unreadable.errors.contains("damaged.csv"))
    }
}
