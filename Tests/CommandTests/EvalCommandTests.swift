import Foundation
import JSONText
import TestFixtures
import Testing

/// `lorgnette eval` as a user types it.
@Suite struct EvalCommandTests {
    private static func data() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for kind in 0..<3 { try folder.write(try Pictures.png(kind), "\(kind).png") }
        try folder.write(
            """
            {"image": "0.png", "caption": "a flag", "qa": [["What is it?", "a flag"]], "split": "dev"}
            {"image": "1.png", "caption": null, "qa": [["What is it?", "a coin"]], "split": "dev"}
            {"image": "2.png", "caption": "a cup", "qa": [], "split": "train"}
            """, "pairs.jsonl")
        return folder
    }

    @Test func `pairs give what caption and ask say`() throws {
        let folder = try Self.data()
        let run = try CommandRun([
            "eval", "-m", Models.olmoe, "--tasks", "pairs", "--data", folder.file("pairs.jsonl"), "--split", "dev",
            "-o", folder.file("run"), "--max-tokens", "5",
        ])
        let caption = try CommandRun([
            "caption", "-m", Models.olmoe, folder.file("0.png"), "--json", "--max-tokens", "5",
        ])

        #expect(run.status == 0)
        let result = try #require(JSONValue(parsing: Array(run.output.utf8)).object)
        #expect(try result == JSONValue(parsing: folder.bytes("run/results.json")).object)
        #expect(result["examples"]?.integer == 3 && result["accuracy"]?.double == result["score"]?.double)
        #expect(result["protocol"]?["prompt"]?.string == "Question: {question} Answer:")
        #expect(result["model"]?["weights_sha256"]?.string?.count == 64)
        #expect(result["model"]?["image_processor"]?["resample"]?.string == "bicubic")
        #expect(result["software"]?.string == "lorgnette 0.1.0")
        let rows = try folder.text("run/samples.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
        #expect(rows.map { $0["id"]?.string } == ["1:caption", "1:1", "2:1"])
        #expect(rows[0]["output"]?.string == (try caption.objects()[0]["text"]?.string))
        #expect(try folder.text("run/report.html").contains("data:image/png;base64,"))
        let explained = try CommandRun([
            "eval", "explain", folder.file("run"), "1:caption", "-o", folder.file("page.html"),
        ])
        #expect(explained.status == 0 && explained.output.contains("why: "))
        #expect(try folder.text("page.html").contains("data:image/png;base64,"))
        let nowhere = try CommandRun(["eval", "explain", folder.file("run"), "1:1", "-o", folder.file("no/page.html")])
        #expect(nowhere.status == 74 && nowhere.errors.contains("page.html"))
        let compared = try CommandRun(["eval", "compare", folder.file("run"), folder.file("run")])
        #expect(compared.status == 0 && compared.output.contains("no more than chance"))
    }

    @Test func `a picture that is none is a row, and the status says so`() throws {
        let folder = try Self.data()
        try folder.write("no picture", "1.png")

        let run = try CommandRun([
            "eval", "-m", Models.olmoe, "--tasks", "pairs", "--data", folder.path, "--max-tokens", "3",
            "--baselines", "none",
        ])

        #expect(run.status == 65 && run.errors.contains("1.png"))
        #expect(try JSONValue(parsing: Array(run.output.utf8))["errors"]?.integer == 1)
    }

    @Test func `perplexity of a text`() throws {
        let folder = try ScratchFolder()
        try folder.write("Some words about nothing. Some words about nothing.\n", "text.txt")

        let run = try CommandRun([
            "eval", "-m", Models.olmoe, "--tasks", "perplexity", "--data", folder.file("text.txt"), "-o",
            folder.file("run"),
        ])

        let result = try JSONValue(parsing: Array(run.output.utf8))
        let nats = try #require(result["nats_per_token"]?.double)
        let tokens = try #require(result["tokens"]?.integer)
        #expect(run.status == 0 && result["bytes"]?.integer == 52 && tokens > 3)
        #expect(abs((result["bits_per_byte"]?.double ?? 0) - nats * Double(tokens) / (52 * log(2))) < 1e-9)
        #expect(try result == JSONValue(parsing: folder.bytes("run/results.json")))
    }

    @Test func `perplexity of a text by a decoder alone`() throws {
        let folder = try ScratchFolder()
        try folder.write("Some words about nothing.\n", "text.txt")
        func run(_ arguments: [String]) throws -> CommandRun {
            try CommandRun(["eval", "-m", "fixtures/parity/text-olmoe-a"] + arguments)
        }

        let perplexity = try run(["--tasks", "perplexity", "--data", folder.file("text.txt")])
        let pictures = try run(["--tasks", "drawn-vqa"])
        let suite = try run([])

        let result = try JSONValue(parsing: Array(perplexity.output.utf8))
        #expect(perplexity.status == 0 && (result["nats_per_token"]?.double ?? 0) > 0)
        #expect(result["bytes"]?.integer == 26 && result["model"]?["bridge_sha256"]?.string == "none")
        #expect(pictures.status == 65 && pictures.errors.contains("looks at no pictures"))
        #expect(suite.status == 65)
    }

    @Test func `a model that compares ranks by its heads`() throws {
        let run = try CommandRun([
            "eval", "-m", "fixtures/encoders/blip2-itm", "--tasks", "drawn-retrieval", "--limit", "3", "--heads",
            "match",
        ])
        let written = try CommandRun(["eval", "-m", "fixtures/encoders/blip2-itm", "--tasks", "drawn-captions"])

        let result = try JSONValue(parsing: Array(run.output.utf8))
        #expect(run.status == 0 && result["text_recall_at_5"]?.double == 1)
        #expect(result["protocol"]?["answers"]?.string?.contains("ITM") == true)
        #expect(written.status == 65)
    }

    @Test func `answers are scored without a model`() throws {
        let folder = try ScratchFolder()
        try folder.write(#"[{"id": "a", "answer": "Univ. of X"}, {"id": "b", "answer": "no"}]"#, "said.json")
        try folder.write(#"[{"id": "a", "answers": ["Univ of X"]}, {"id": "b", "answers": ["yes"]}]"#, "right.json")
        let arguments = [
            "eval", "metrics", "--kind", "answers", "--predictions", folder.file("said.json"), "--references",
            folder.file("right.json"), "--metric",
        ]

        let anls = try CommandRun(arguments + ["anls", "--per-question"])
        let unknown = try CommandRun(arguments + ["nonsense"])
        let letters = try CommandRun(arguments + ["letter"])

        let report = try JSONValue(parsing: Array(anls.output.utf8))
        #expect(anls.status == 0 && abs((report["score"]?.double ?? 0) - 0.45) < 1e-12)
        #expect(report["per_question"]?["a"]?["score"]?.double == 0.9)
        #expect(unknown.status == 64 && letters.status == 65 && letters.errors.contains("choices"))
    }

    @Test func `wrong usage, missing and damaged data`() throws {
        let folder = try ScratchFolder()
        try folder.write("{\n", "bad.jsonl")
        try folder.write("", "empty.txt")
        func status(_ arguments: [String]) throws -> Int32 {
            try CommandRun(["eval", "-m", Models.olmoe] + arguments).status
        }

        #expect(try status(["--tasks", "nonsense", "--data", "."]) == 64)
        #expect(try status(["--tasks", "pairs"]) == 64)
        #expect(try status(["--tasks", "pairs", "--data", ".", "--shard", "3/2"]) == 64)
        #expect(try status(["--tasks", "pairs", "--data", ".", "--protocol", "blip2"]) != 0)
        #expect(try status(["--tasks", "pairs", "--data", folder.file("none.jsonl")]) == 66)
        #expect(try status(["--tasks", "pairs", "--data", folder.file("bad.jsonl")]) == 65)
        #expect(try status(["--tasks", "perplexity", "--data", folder.file("empty.txt")]) == 65)
        #expect(try status(["--tasks", "coco-captions", "--data", folder.path]) == 66)
        #expect(try CommandRun(["eval", "explain", folder.path, "1"]).status == 66)
    }

    @Test func `the list names every task's files and licence`() throws {
        let list = try CommandRun(["eval", "--list"])

        #expect(list.status == 0)
        for name in ["pairs", "coco-captions", "vqav2", "pope", "mme", "drawn-captions", "perplexity"] {
            #expect(list.output.contains("\n\(name): ") || list.output.hasPrefix("\(name): "), "\(name)")
        }
    }
}
