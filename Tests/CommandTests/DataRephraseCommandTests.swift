import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct DataRephraseCommandTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `rows written elsewhere find their pictures, and check clean`() throws {
        let drawn = try CommandRun(["data", "scenes", "-o", scratch.file("scenes"), "--count", "6", "--quiet"])
        try FileManager.default.createDirectory(atPath: scratch.file("words/more"), withIntermediateDirectories: true)
        let output = scratch.file("words/more/pairs.jsonl")
        let run = try CommandRun([
            "data", "rephrase", scratch.file("scenes/pairs.jsonl"), "--phrasings", "recipes/phrasings.json", "-o",
            output,
        ])
        #expect(drawn.status == 0 && run.status == 0 && run.output.hasPrefix("6 rows with "))
        let rows = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
        #expect(rows.count == 6 && rows.allSatisfy { $0["image"]?.string?.hasPrefix("../../scenes/images/") == true })
        #expect(
            rows.allSatisfy { row in
                row["qa"]?.array?.contains {
                    $0.array?[0].string == "What do you see?" && $0.array?[1] == row["caption"]
                }
                    == true
            })
        #expect(try CommandRun(["data", "check", output, "--quiet"]).status == 0)
    }

    @Test func `line ends of another system and a linked folder make no difference`() throws {
        let rows = try scratch.write(
            "{\"image\": \"a.png\", \"caption\": \"x\"}\r\n{\"image\": \"b.png\"}\r\n", "rows.jsonl")
        let phrasings = try scratch.write(#"{"captions": ["What?"]}"#, "phrasings.json")
        try FileManager.default.createDirectory(atPath: scratch.file("far/away"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("link"), withDestinationPath: scratch.file("far/away"))
        let run = try CommandRun([
            "data", "rephrase", rows, "--phrasings", phrasings, "-o", scratch.file("link/out.jsonl"),
        ])
        #expect(run.status == 0 && run.output.hasPrefix("2 rows with 1 questions"), "\(run.errors)")
        let made = try String(contentsOfFile: scratch.file("far/away/out.jsonl"), encoding: .utf8)
        #expect(made.contains(#""../../a.png""#) && made.contains(#""../../b.png""#), "\(made)")
    }

    @Test func `what is no row, no phrasing or not there ends with one sentence and no file`() throws {
        let rows = try scratch.write("{\"image\": \"a.png\"}\n\n{\"image\": 3}\n", "rows.jsonl")
        let phrasings = try scratch.write(#"{"captions": ["What?"]}"#, "phrasings.json")
        let broken = try scratch.write(#"{"captions": "What?"}"#, "broken.json")
        for (pairs, words, status, said) in [
            (rows, phrasings, Int32(65), "rows.jsonl: line 3: not a row"),
            (rows, broken, 65, "broken.json: captions: phrasings are"),
            (scratch.file("none.jsonl"), phrasings, 66, "none.jsonl: no such file"),
            (rows, scratch.file("none.json"), 66, "none.json: no such file"),
        ] {
            let run = try CommandRun(["data", "rephrase", pairs, "--phrasings", words, "-o", scratch.file("out.jsonl")])
            #expect(run.status == status && run.errors.contains(said), "\(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.file("out.jsonl")))
        }
    }
}
