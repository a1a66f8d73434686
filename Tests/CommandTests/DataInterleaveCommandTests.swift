import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct DataInterleaveCommandTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `documents are made the same again, shown, and trained on`() throws {
        let drawn = try CommandRun(["data", "scenes", "-o", scratch.file("scenes"), "--count", "30", "--quiet"])
        #expect(drawn.status == 0)
        let text = try scratch.write("A walk by the sea. It was cold.\n\nThe end of the day came.", "words.txt")
        let make = [
            "data", "interleave", scratch.file("scenes/pairs.jsonl"), "--text", text, "--documents", "12", "--dev", "3",
            "--examples", "3", "--fewest", "1", "--woven", "0.4", "-o",
        ]
        try FileManager.default.createDirectory(atPath: scratch.file("more"), withIntermediateDirectories: true)
        for name in ["one.jsonl", "two.jsonl"] {
            let run = try CommandRun(make + [scratch.file("more/\(name)")])
            #expect(run.status == 0 && run.output.hasPrefix("15 documents"), "\(run.errors)")
        }
        #expect(try scratch.text("more/one.jsonl") == scratch.text("more/two.jsonl"))
        let rows = try scratch.text("more/one.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
        #expect(rows.count == 15 && rows.count { $0["split"]?.string == "dev" } == 3)
        let pictures = rows.flatMap { $0["parts"]?.array ?? [] }.compactMap { $0["image"]?.string }
        #expect(pictures.count > 30 && pictures.allSatisfy { $0.hasPrefix("../scenes/images/") })

        let page = scratch.file("row.html")
        let shown = try CommandRun([
            "data", "interleave", "--show", scratch.file("more/one.jsonl"), "-m", "fixtures/tiny-blip2-olmoe",
            "--length",
            "200", "--row", "2", "-o", page,
        ])
        #expect(shown.status == 0 && shown.output.hasPrefix("row 2 of "), "\(shown.errors)")
        #expect(shown.output.contains("[picture 1, 16 tokens]") && shown.output.contains("what each part (rows) sees"))
        #expect(try scratch.text("row.html").contains("What each part sees"))

        let trained = try CommandRun([
            "finetune", "-m", "fixtures/tiny-blip2-olmoe", "--pairs", scratch.file("scenes/pairs.jsonl"), "--set",
            "interleaved={documents: [{file: \(scratch.file("more/one.jsonl"))}], length: 200}", "--batch", "2",
            "--steps",
            "2", "--set", "dev.rows=4", "--set", "dev.answered=1", "-o", scratch.file("run"),
        ])
        #expect(trained.status == 0, "\(trained.errors)")
        #expect(trained.errors.contains("rows of 200 positions, each document by itself"))
        #expect(try scratch.text("run/log.jsonl").contains("\"image_slot_share\""))
    }

    @Test func `what is wrong ends with one sentence`() throws {
        let pairs = try scratch.write(#"{"image": "a.png", "caption": "x"}"#, "pairs.jsonl")
        let damaged = try scratch.write("{\"parts\": 3}\n{\"parts\": [{\"text\": \"x\"}]}", "damaged.jsonl")
        let out = scratch.file("out.jsonl")
        for (arguments, status, said) in [
            ([pairs, "-o", out], Int32(65), "no set has 5 rows"),
            ([pairs, "-o", out, "--woven", "1"], 65, "--text"),
            ([pairs, "-o", out, "--text", scratch.file("none.txt")], 66, "none.txt"),
            ([scratch.file("none.jsonl"), "-o", out], 66, "no such file"),
            ([pairs], 64, "-o FILE"), ([pairs, "-o", out, "--examples", "99"], 64, "--examples"),
            (["--show", damaged, "-m", "fixtures/tiny-blip2-olmoe"], 65, "1 of 2 rows are damaged"),
            (["--show", pairs, "-m", "fixtures/tiny-blip2-olmoe"], 65, "no row of interleaved documents"),
        ] {
            let run = try CommandRun(["data", "interleave"] + arguments)
            #expect(run.status == status && run.errors.contains(said), "\(arguments): \(run.status) \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: out))
        }
    }
}
