import Foundation
import ImageFiles
import Imaging
import JSONText
import TestFixtures
import Testing

/// One input that cannot be answered leaves the others as they are.
@Suite struct AnswersInCompanyTests {
    private let long = [String](repeating: "word", count: 700).joined(separator: " ")

    @Test func `an empty folder among pictures becomes a row`() throws {
        let folder = try Pictures.folder()
        let empty = try ScratchFolder()

        let run = try CommandRun([
            "caption", "-m", Models.olmoe, "--max-tokens", "2", folder.file("a.png"), empty.path, folder.file("b.jpg"),
            "--json",
        ])

        let rows = try run.objects()
        #expect(run.status == 65 && rows.count == 3)
        #expect(rows.map { $0["error"] != nil } == [false, true, false])
        #expect(rows[1]["image"]?.string == empty.path)
        #expect(try CommandRun(["caption", "-m", Models.olmoe, empty.path]).status == 66)
        #expect(try CommandRun(["caption", "-m", Models.olmoe, ""]).status == 66)
    }

    @Test func `a picture without one whole patch becomes a row`() throws {
        let model = try ScratchFolder(copying: Repository.path(Models.opt))
        try model.replace("\"do_resize\": true", with: "\"do_resize\": false", in: "preprocessor_config.json")
        let color = RGBColor(red: 1, green: 2, blue: 3)
        let narrow = try model.write(Bitmap(width: 5, height: 40, color: color).pngData(), "narrow.png")
        let low = try model.write(Bitmap(width: 40, height: 5, color: color).pngData(), "low.png")

        let run = try CommandRun([
            "caption", "-m", model.path, narrow, low, "\(Models.opt)/image_0.png", "--max-tokens", "2", "--json",
        ])

        let rows = try run.objects()
        #expect(run.status == 65 && rows.map { $0["error"] != nil } == [true, true, false], "\(run.output)")
        #expect(run.output.contains("less than a patch"))
    }

    @Test func `questions, texts and choices keep their order around one that is too long`() throws {
        let folder = try Pictures.folder()
        let asked = try CommandRun([
            "ask", "-m", Models.opt, "--max-tokens", "2", folder.file("a.png"), "-q", "One?", "-q", long, "-q", "Two?",
            "--json",
        ])
        let scored = try CommandRun(["score", "-m", Models.opt, folder.file("a.png"), "one", long, "two", "--json"])

        for (run, key, names) in [
            (asked, "question", ["One?", long, "Two?"]), (scored, "text", ["one", long, "two"]),
        ] {
            let rows = try run.objects()
            #expect(run.status == 65 && rows.map { $0[key]?.string } == names, "\(run.errors)")
            #expect(rows.map { $0["error"] != nil } == [false, true, false])
        }
    }

    @Test func `what is asked may begin with a sign`() throws {
        let folder = try Pictures.folder()
        let run = try CommandRun([
            "ask", "-m", Models.opt, folder.file("a.png"), "-q", "-5 or 5?", "--choice", "-5", "--choice", "5",
            "--json",
        ])
        let row = try #require(try run.objects().first)
        #expect(run.status == 0 && row["question"]?.string == "-5 or 5?", "\(run.errors)")
        #expect(row["choices"]?.array?.compactMap { $0["text"]?.string } == ["-5", "5"])
        let beams = try CommandRun([
            "caption", "-m", Models.opt, folder.file("a.png"), "--beams", "2", "--length-penalty", "-1", "--max-tokens",
            "2",
        ])
        #expect(beams.status == 0, "\(beams.errors)")
    }

    @Test func `several captions may be what the folder's own search gives`() throws {
        let model = try ScratchFolder(copying: Repository.path(Models.opt))
        try model.write(#"{"num_beams": 3, "max_new_tokens": 3}"#, "generation_config.json")
        let picture = "\(Models.opt)/image_0.png"

        let run = try CommandRun(["caption", "-m", model.path, picture, "--num-captions", "3", "--json"])
        #expect(run.status == 0 && run.lines.count == 3, "\(run.errors)")
        let tooMany = try CommandRun(["caption", "-m", model.path, picture, "--num-captions", "4"])
        #expect(tooMany.status == 64)
    }

    @Test func `inspect tells datasets and runs`() throws {
        let scratch = try ScratchFolder()
        try scratch.write(
            """
            {"image": "a.png", "caption": "one", "qa": [["what", "one"]], "split": "train"}
            {"image": "b.png", "caption": "two", "split": "dev"}
            {"caption": "no picture"}
            """, "data/pairs.jsonl")
        for path in ["data", "data/pairs.jsonl"] {
            let found = try #require(try CommandRun(["inspect", scratch.file(path), "--json"]).objects().first)
            #expect(found["kind"]?.string == "dataset" && found["rows"]?.integer == 2)
            #expect(found["malformed"]?.integer == 1 && found["questions"]?.integer == 1)
            #expect(found["splits"]?["train"]?.integer == 1)
        }
        try scratch.write("steps: 9\n", "run/recipe.yaml")
        try scratch.write(#"{"step": 1, "loss": 3.5}"# + "\n" + #"{"step": 2, "loss": 2.5}"# + "\n", "run/log.jsonl")
        let run = try #require(try CommandRun(["inspect", scratch.file("run"), "--json"]).objects().first)
        #expect(run["kind"]?.string == "run" && run["step"]?.integer == 2 && run["loss"]?.double == 2.5)
        #expect(run["finished"]?.bool == false)
    }

    @Test func `what cannot be written ends with the status of writing`() throws {
        let metrics = try ScratchFolder()
        let files = [
            try metrics.write(#"[{"image_id": 1, "caption": "a"}]"#, "p.json"),
            try metrics.write(#"{"images": [{"id": 1}], "annotations": [{"image_id": 1, "caption": "a"}]}"#, "r.json"),
        ]
        let run = try CommandRun(
            ["eval", "metrics", "--kind", "captions", "--predictions", files[0], "--references", files[1]],
            output: "/dev/full")
        #expect(run.status == 74, "\(run.errors)")
        let missing = try CommandRun(["pretrain", metrics.file("none.yaml"), "-o", metrics.file("run")])
        #expect(missing.status == 66)
    }
}
