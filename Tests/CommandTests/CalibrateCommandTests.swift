import Foundation
import JSONText
import TestFixtures
import Testing

/// `lorgnette calibrate`, and what other commands make of it.
@Suite struct CalibrateCommandTests {
    /// Sixteen pictures of two sets; the answer to half of them is what the model says.
    private static func data(_ folder: ScratchFolder) throws {
        let said = try CommandRun(["ask", "-m", Models.olmoe, "\(Models.olmoe)/image_0.png", "What is it?"]).lines
        var lines = ""
        for kind in 0..<16 {
            try folder.write(try Pictures.png(kind), "\(kind).png")
            let answer = kind % 2 == 0 ? JSONValue.string(said.first ?? "").text : "\"something else\""
            let split = kind < 8 ? "train" : "dev"
            lines += #"{"image": "\#(kind).png", "caption": "a flag", "qa": [["What is it?", \#(answer)]], "#
            lines += #""set": "\#(kind % 3 == 0 ? "flags" : "coins")", "split": "\#(split)"}"# + "\n"
        }
        try folder.write(lines, "pairs.jsonl")
    }

    /// A folder with data and a calibrated model in `model`.
    private static func calibrated() throws -> (folder: ScratchFolder, run: CommandRun) {
        let folder = try ScratchFolder()
        try data(folder)
        let pairs = folder.file("pairs.jsonl")
        let run = try CommandRun([
            "calibrate", "-m", Models.olmoe, "--familiar", pairs, "--data", pairs, "-o", folder.file("model"),
            "--unsure-below", "0.9",
        ])
        return (folder, run)
    }

    @Test func `a calibrated model states a confidence, and says unsure`() throws {
        let (folder, run) = try Self.calibrated()
        #expect(run.status == 0, "\(run.errors)")
        let facts = try JSONValue(parsing: Array(run.output.utf8))
        #expect(facts["answers"]?.integer == 16 && facts["pictures"]?.integer == 8)
        #expect(facts["all"]?["expected_calibration_error"]?.double != nil)
        #expect(facts["sets"]?["coins"] != nil && facts["sets"]?["flags"] != nil)
        let record = try JSONValue(parsing: folder.bytes("model/lorgnette.json"))["calibration"]
        #expect(record?["fitted"] == facts && record?["unsure_below"]?.double == 0.9)
        let ask = ["ask", "-m", folder.file("model"), folder.file("9.png"), "What is it?"]

        let row = try #require(try CommandRun(ask + ["--json", "--unsure-below", "1"]).objects().first)
        let plain = try CommandRun(ask + ["--unsure-below", "1"])
        let never = try CommandRun(ask + ["--unsure-below", "0"])
        let sure = try #require(try CommandRun(ask + ["--json", "--unsure-below", "0"]).objects().first)

        let confidence = try #require(row["confidence"]?.double)
        #expect((0...1).contains(confidence) && row["unsure"]?.bool == true)
        #expect(row["text"]?.string == sure["text"]?.string && never.lines.first != "unsure")
        #expect(plain.lines == ["unsure"] && sure["unsure"] == nil)
        let inspected = try CommandRun(["inspect", folder.file("model")])
        #expect(inspected.lines.contains("confidence: tokens and picture"), "\(inspected.errors)")
        let captions = try CommandRun(["caption", "-m", folder.file("model"), folder.file("9.png"), "--json"]).objects()
        #expect(captions.first?["confidence"]?.double != nil)
        let bare = try CommandRun(["ask", "-m", Models.olmoe, folder.file("9.png"), "What is it?", "--json"]).objects()
        #expect(bare.first?["confidence"] == nil && bare.first?["text"] == row["text"])
    }

    @Test func `the fit is the same again, and in place`() throws {
        let (folder, run) = try Self.calibrated()
        let copy = try ScratchFolder(copying: Repository.path(Models.olmoe))
        let pairs = folder.file("pairs.jsonl")

        let again = try CommandRun([
            "calibrate", "-m", copy.path, "--familiar", pairs, "--data", pairs, "--unsure-below", "0.9",
        ])

        #expect(again.status == 0 && again.output == run.output, "\(again.errors)")
        #expect(try copy.bytes("familiarity.safetensors") == folder.bytes("model/familiarity.safetensors"))
        #expect(try copy.text("lorgnette.json") == folder.text("model/lorgnette.json"))
    }

    @Test func `runs tell what their confidences are worth`() throws {
        let (folder, _) = try Self.calibrated()
        var runs: [String] = []
        for split in ["dev", "train"] {
            let run = try CommandRun([
                "eval", "-m", folder.file("model"), "--tasks", "pairs", "--data", folder.file("pairs.jsonl"), "--split",
                split, "-o", folder.file(split), "--baselines", "none",
            ])
            #expect(run.status == 0, "\(run.errors)")
            runs.append(folder.file(split))
        }
        let first = try folder.text("dev/samples.jsonl").prefix { $0 != "\n" }
        let row = try JSONValue(parsing: Array(first.utf8))
        let asked = try CommandRun(["caption", "-m", folder.file("model"), folder.file("8.png"), "--json"]).objects()
        let stated = try #require(asked.first?["confidence"]?.double)
        #expect(abs(stated - (row["confidence"]?.double ?? -1)) < 1e-6)

        let alone = try CommandRun(["eval", "confidence", runs[0], "--plot", folder.file("plot.svg")])
        let against = try CommandRun([
            "eval", "confidence", runs[0], "--against", runs[1], "--rows", "captions", "--json",
        ])
        let nowhere = try CommandRun(["eval", "confidence", "/nowhere"])

        #expect(alone.status == 0 && alone.output.contains("expected_calibration_error: "), "\(alone.errors)")
        #expect(try folder.text("plot.svg").contains("Does confidence mean what it says?"))
        let check = try JSONValue(parsing: Array(against.output.utf8))
        #expect(check["answers"]?.integer == 8 && check["unknown_answers"]?.integer == 8)
        #expect(check["auroc"]?.double != nil && nowhere.status != 0)
    }

    @Test func `a model without its queries is no better than a blind one`() throws {
        let folder = try ScratchFolder()
        try Self.data(folder)
        let eval = [
            "eval", "-m", Models.olmoe, "--tasks", "pairs", "--data", folder.file("pairs.jsonl"), "--max-tokens", "4",
        ]

        let run = try CommandRun(eval + ["--ablate", "queries", "-o", folder.file("ablated")])
        let whole = try CommandRun(eval + ["-o", folder.file("whole")])

        #expect(run.status == 0 && run.errors.contains("NOT better"), "\(run.errors)")
        let result = try JSONValue(parsing: Array(run.output.utf8))
        #expect(result["beats_blind"]?.bool == false && result["model"]?["ablated"]?.string == "queries")
        let rows = try folder.text("ablated/samples.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
        for question in [nil, "What is it?"] {
            #expect(Set(rows.filter { $0["question"]?.string == question }.map { $0["output"]?.string }).count == 1)
        }
        #expect(whole.status == 0)
        #expect(try CommandRun(["eval", "compare", folder.file("whole"), folder.file("ablated")]).status == 0)
        #expect(try CommandRun(eval + ["--ablate", "hopes"]).status == 64)
    }

    @Test(arguments: [
        ["calibrate", "-m", Models.olmoe],
        ["calibrate", "-m", Models.olmoe, "--familiar", "x", "--data", "y", "--bridge", "z"],
        ["calibrate", "-m", Models.olmoe, "--familiar", "x", "--data", "y", "--unsure-below", "2"],
        ["caption", "-m", Models.olmoe, "x.png", "--unsure-below", "-1"],
    ])
    func `what is said wrongly is status 64`(arguments: [String]) throws {
        #expect(try CommandRun(arguments).status == 64)
    }
}
