import Checkpoints
import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct CaptionCommandTests {
    private let rowNames = ["image", "text", "prompt", "token_ids", "logprob"]

    @Test func `one picture gives one line`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(["caption", "-m", Models.opt, folder.file("a.png"), "--max-tokens", "8"])

        #expect(run.status == 0 && run.lines.count == 1 && run.errors.isEmpty)
        #expect(!run.output.contains("\t") && run.output.hasSuffix("\n"))
    }

    @Test func `several give path and caption, in the order given`() throws {
        let folder = try Pictures.folder()
        let names = ["b.jpg", "a.png", "b.jpg"].map { folder.file($0) }

        let run = try CommandRun(["caption", "-m", Models.olmoe, "--max-tokens", "6"] + names)

        #expect(run.status == 0)
        #expect(run.lines.map { $0.components(separatedBy: "\t")[0] } == names)
        #expect(run.lines[0] == run.lines[2] && run.lines[0] != run.lines[1])
        #expect(run.lines.allSatisfy { $0.components(separatedBy: "\t").count == 2 })
    }

    @Test(arguments: Models.all)
    func `rows are as promised and equal the reference`(model: String) throws {
        let parity = try ParityCase.named(URL(filePath: model).lastPathComponent)
        let pictures = ["\(model)/image_0.png", "\(model)/image_1.png"]
        let input = try parity.integers("input_ids")[0]
        let reference = try parity.integers("generated_ids")[0]
        let prompt = "Question: how many cats are there? Answer:"

        let run = try CommandRun(
            ["caption", "-m", model, "--json", "-p", prompt, "--max-tokens", "\(reference.count - input.count)"]
                + pictures)

        let rows = try run.objects()
        #expect(run.status == 0 && rows.map(\.names) == [rowNames, rowNames])
        #expect(rows.map { $0["image"]?.string } == pictures && rows[0]["prompt"]?.string == prompt)
        #expect(rows[0].integers("token_ids") == Array(reference.dropFirst(input.count)))
        #expect(try #require(rows[0]["logprob"]?.double) < 0)
    }

    @Test(arguments: Models.all)
    func `without a prompt as transformers captions`(model: String) throws {
        let parity = try ParityCase.named(URL(filePath: model).lastPathComponent)
        let reference = try parity.integers("caption_ids")[0]
        let queries = try #require(parity.reference.entry(named: "projected")).shape[1]
        let new = Array(reference.dropFirst(queries + 1))

        let run = try CommandRun(
            ["caption", "-m", model, "--json", "--max-tokens", "\(new.count)", "\(model)/image_0.png"])

        let row = try run.objects()[0]
        #expect(row.integers("token_ids") == new && row["prompt"]?.string == "")
    }

    @Test func `a bad picture among good ones is a row, the others are answered`() throws {
        let folder = try Pictures.folder()
        try folder.write(Array(Pictures.png(5).prefix(200)), "cut.png")
        let names = ["a.png", "nowhere.png", "cut.png", "d.txt", "c.bin"].map { folder.file($0) }

        let run = try CommandRun(["caption", "-m", Models.opt, "--json", "--max-tokens", "4"] + names)

        let rows = try run.objects()
        #expect(run.status == 65)
        #expect(rows.map { $0["image"]?.string } == names)
        #expect(rows.map { $0["error"] != nil } == [false, true, true, true, false])
        #expect(rows[1].names == ["image", "error"])
        #expect(rows[1]["error"]?.object?.names == ["code", "message"])
        #expect(rows.compactMap { $0["error"]?["code"]?.string } == ["no_such_input", "truncated", "not_an_image"])
        #expect(rows[2]["error"]?["message"]?.string?.contains("cut.png") == true)
    }

    @Test func `without --json the bad ones are told on standard error`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(
            ["caption", "-m", Models.opt, "--max-tokens", "4", folder.file("d.txt"), folder.file("a.png")])

        #expect(run.status == 65 && run.lines.count == 1 && run.lines[0].hasPrefix(folder.file("a.png") + "\t"))
        #expect(run.errors.hasPrefix("error: ") && run.errors.contains("d.txt"))
    }

    @Test func `one bad picture alone ends with its own status`() throws {
        let folder = try Pictures.folder()

        let missing = try CommandRun(["caption", "-m", Models.opt, folder.file("nowhere.png")])
        let wrong = try CommandRun(["caption", "-m", Models.opt, folder.file("d.txt")])
        let empty = try CommandRun(["caption", "-m", Models.opt, try ScratchFolder().path])

        #expect(missing.status == 66 && wrong.status == 65 && empty.status == 66)
        #expect([missing, wrong, empty].allSatisfy { $0.output.isEmpty && $0.errors.hasPrefix("error: ") })
    }

    @Test func `standard input is a picture`() throws {
        let folder = try Pictures.folder()
        let options = ["caption", "-m", Models.opt, "--max-tokens", "6"]

        let piped = try CommandRun(options + ["-"], input: try Pictures.png(1))
        let rows = try CommandRun(options + ["--json", "-", folder.file("a.png")], input: try Pictures.png(1)).objects()
        let nothing = try CommandRun(options + ["-"])
        let twice = try CommandRun(options + ["-", "-"], input: try Pictures.png(1))

        #expect(piped.status == 0)
        #expect(piped.output == (try CommandRun(options + [folder.file("a.png")]).output))
        #expect(rows[0]["image"]?.string == "-" && rows[0]["text"] == rows[1]["text"])
        #expect(nothing.status == 65 && twice.status == 64)
    }

    @Test func `a folder is its pictures by name, with -r those below it too`() throws {
        let folder = try Pictures.folder()
        let options = ["caption", "-m", Models.opt, "--max-tokens", "3"]
        func names(_ run: CommandRun) -> [String] {
            run.lines.map { String($0.components(separatedBy: "\t")[0].dropFirst(folder.path.count + 1)) }
        }

        let flat = try CommandRun(options + [folder.path])
        let deep = try CommandRun(options + ["-r", folder.path])

        #expect(flat.status == 0 && names(flat) == ["a.png", "b.jpg", "c.bin"])
        #expect(deep.status == 0 && names(deep) == ["a.png", "b.jpg", "c.bin", "deep/e.png"])
    }

    @Test func `a sidecar holds what was said`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(
            ["caption", "-m", Models.opt, "--sidecar", "--max-tokens", "5", folder.file("a.png"), folder.file("b.jpg")])

        #expect(run.status == 0)
        #expect(try folder.text("a.txt") == run.lines[0].components(separatedBy: "\t")[1] + "\n")
        #expect(try folder.text("b.txt") == run.lines[1].components(separatedBy: "\t")[1] + "\n")
    }

    @Test func `a sidecar never takes the picture's own place`() throws {
        let folder = try ScratchFolder()
        let picture = try folder.write(Pictures.png(1), "picture.txt")

        let run = try CommandRun(["caption", "-m", Models.opt, "--sidecar", "--max-tokens", "3", picture])

        #expect(run.status == 74 && run.errors.contains("picture.txt"))
        #expect(try folder.bytes("picture.txt") == Pictures.png(1))
    }

    @Test func `a sidecar that cannot be written ends the command`() throws {
        let folder = try ScratchFolder()
        let picture = try folder.write(Pictures.png(1), "picture.png")
        try folder.write("in the way", "picture.txt/file")

        let run = try CommandRun(["caption", "-m", Models.opt, "--sidecar", "--max-tokens", "3", picture])

        #expect(run.status == 74 && run.errors.contains("picture.txt"))
    }

    @Test func `searching and drawing give as many texts as asked for`() throws {
        let folder = try Pictures.folder()
        let options = ["caption", "-m", Models.olmoe, "--json", "--max-tokens", "6", "--num-captions", "3"]

        let beams = try CommandRun(options + ["--beams", "4", folder.file("a.png")])
        let drawn = try CommandRun(options + ["--temperature", "1.5", "--seed", "5", folder.file("a.png")])
        let again = try CommandRun(options + ["--temperature", "1.5", "--seed", "5", folder.file("a.png")])
        let other = try CommandRun(options + ["--temperature", "1.5", "--seed", "6", folder.file("a.png")])

        #expect(try beams.objects().count == 3 && drawn.objects().count == 3)
        #expect(drawn.output == again.output && drawn.output != other.output)
    }

    @Test func `the rules of generation reach the model`() throws {
        let folder = try Pictures.folder()
        func ids(_ options: String...) throws -> [Int] {
            try CommandRun(["caption", "-m", Models.opt, "--json", folder.file("a.png")] + options).objects()[0]
                .integers("token_ids")
        }

        let plain = try ids("--max-tokens", "24")
        let distinct = try ids("--max-tokens", "24", "--no-repeat-ngram", "1")

        #expect(plain.count == 24)
        #expect(try ids("--max-tokens", "3") == Array(plain.prefix(3)))
        #expect(distinct.count == Set(distinct).count && plain.count > Set(plain).count)
        #expect(try ids("--max-tokens", "24", "--repetition-penalty", "5") != plain)
        #expect(try ids("--max-tokens", "24", "--temperature", "1", "--top-k", "1") == plain)
        #expect(try ids("--max-tokens", "24", "--temperature", "0") == plain)
        #expect(try ids("--max-tokens", "24", "--top-p", "0.000001", "--seed", "9") == plain)
        #expect(try ids("--max-tokens", "24", "--min-p", "0.99999", "--seed", "9") == plain)
    }

    @Test func `the folder's own settings count where no flag speaks`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        try folder.write(#"{"max_new_tokens": 5, "eos_token_id": []}"#, "generation_config.json")
        try folder.write(#"{"prompts": {"caption": "a photo of"}}"#, "lorgnette.json")
        let options = ["caption", "-m", folder.path, "--json", folder.file("image_0.png")]

        let own = try CommandRun(options).objects()[0]
        let flagged = try CommandRun(options + ["--max-tokens", "7", "-p", "two cats"]).objects()[0]
        let none = try CommandRun(options + ["-p", ""]).objects()[0]

        #expect(own["prompt"]?.string == "a photo of" && own.integers("token_ids").count == 5)
        #expect(flagged["prompt"]?.string == "two cats" && flagged.integers("token_ids").count == 7)
        #expect(none["prompt"]?.string == "")
    }
}
