import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct QuantizeCommandTests {
    private static let base = "fixtures/tiny-blip2-olmoe"
    private static let picture = "fixtures/pictures/coin.jpg"

    private func quantised(_ type: String) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let run = try CommandRun(["quantize", "-m", Self.base, "--to", type, "-o", folder.file("out")])
        try #require(run.status == 0 && run.output.isEmpty, "\(run.errors)")
        return folder
    }

    @Test(arguments: ["q8_0", "q4_0"])
    func `captions, answers and scores are those of --dtype`(type: String) throws {
        let folder = try quantised(type)
        let commands = [
            ["caption", Self.picture, "--json", "--beams", "3"], ["ask", Self.picture, "-q", "What is it?", "--json"],
            ["score", Self.picture, "a 5 cent euro coin.", "--json"], ["complete", "a photo of", "--max-tokens", "4"],
        ]
        for command in commands {
            let here = try CommandRun(command + ["-m", folder.file("out")])
            let there = try CommandRun(command + ["-m", Self.base, "--dtype", type])

            #expect(here.status == 0 && here.output == there.output, "\(command): \(here.errors)")
        }
    }

    @Test func `inspect tells of it`() throws {
        let folder = try quantised("q8_0")

        let run = try CommandRun(["inspect", folder.file("out"), "--json"])
        let plain = try CommandRun(["inspect", Self.base, "--json"]).objects()[0]

        let found = try run.objects()[0]
        #expect(found["supported"]?.bool == true && found["dtypes"]?["Q8_0"]?.integer ?? 0 > 0)
        #expect(found["parameters"]?.integer == plain["parameters"]?.integer)
        #expect(found["active_parameters"]?.integer == plain["active_parameters"]?.integer)
        // 8.5 bits of 16.
        #expect(found["bytes"]?.integer ?? .max < (plain["bytes"]?.integer ?? 0) * 3 / 5)
        #expect(found["memory_mib"]?["stored"]?.integer == plain["memory_mib"]?["q8_0"]?.integer)
    }

    @Test func `eval takes it`() throws {
        let folder = try quantised("q8_0")
        try FileManager.default.copyItem(atPath: Repository.path(Self.picture), toPath: folder.file("coin.jpg"))
        try folder.write(#"{"image": "coin.jpg", "caption": "a 5 cent euro coin.", "qa": []}"# + "\n", "pairs.jsonl")

        let run = try CommandRun([
            "eval", "-m", folder.file("out"), "--tasks", "pairs", "--data", folder.file("pairs.jsonl"), "-o",
            folder.file("run"), "--quiet",
        ])

        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `refusals`() throws {
        let folder = try quantised("q8_0")
        let out = folder.file("out")

        let again = try CommandRun(["quantize", "-m", out, "--to", "q4_0", "-o", folder.file("again")])
        let exported = try CommandRun(["export", "-m", out, "-o", folder.file("again")])
        let there = try CommandRun(["quantize", "-m", Self.base, "--to", "q8_0", "-o", out])
        let unknown = try CommandRun(["quantize", "-m", Self.base, "--to", "q5_0", "-o", folder.file("again")])
        let nothing = try CommandRun(["quantize", "-m", "/nowhere", "--to", "q8_0", "-o", folder.file("again")])
        let narrow = try CommandRun([
            "quantize", "-m", "fixtures/encoders/vision-vit", "--to", "q8_0", "-o", folder.file("again"),
        ])

        #expect(again.status == 65 && again.errors.contains("quantised already"))
        #expect(exported.status == 65 && there.status == 74 && unknown.status == 64 && nothing.status == 66)
        #expect(narrow.status == 0 || narrow.errors.contains("whole blocks of 32"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("again")) || narrow.status == 0)
    }

    @Test func `a full disk leaves nothing`() throws {
        let folder = try ScratchFolder()
        try folder.write("no folder", "file")

        let run = try CommandRun(["quantize", "-m", Self.base, "--to", "q8_0", "-o", folder.file("file/out")])

        #expect(run.status == 74, "\(run.errors)")
    }
}
