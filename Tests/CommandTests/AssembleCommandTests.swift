import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct AssembleCommandTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private let sizes = [
        "--set", "parts.vision={hidden_size: 16, num_hidden_layers: 1, patch_size: 14}", "--set",
        "parts.qformer={hidden_size: 16, num_hidden_layers: 1}", "--set", "parts.image.size=28",
    ]

    @Test func `a recipe's parts become a folder that match takes`() throws {
        let recipe = try scratch.write("stage: 1\n", "recipe.yaml")
        let run = try CommandRun(
            ["assemble", recipe, "-o", scratch.file("base"), "--set", "parts.tokenizer=fixtures/tiny-blip2-olmoe"]
                + sizes)
        let match = try CommandRun([
            "match", "-m", scratch.file("base"), "fixtures/pictures/coin.jpg", "--text", "a coin", "--json",
        ])
        let inspect = try CommandRun(["inspect", scratch.file("base"), "--json"])

        #expect(run.status == 0, "\(run.errors)")
        #expect(match.status == 0, "\(match.errors)")
        let row = try #require(try match.objects().first)
        #expect((0...1).contains(row["itm"]?.double ?? 9) && abs(row["itc"]?.double ?? 9) <= 1)
        #expect(try inspect.objects().first?["queries"]?.integer == 32)
        let again = try CommandRun(["assemble", recipe, "-o", scratch.file("base")] + sizes)
        #expect(again.status != 0)
    }

    @Test func `a recipe without parts, and one that is not there`() throws {
        let recipe = try scratch.write("base: model\n", "recipe.yaml")
        let run = try CommandRun(["assemble", recipe, "-o", scratch.file("base")])
        #expect(run.status == 65 && "\(run.errors)".contains("parts"))
        let missing = try CommandRun(["assemble", scratch.file("none.yaml"), "-o", scratch.file("base")])
        #expect(missing.status == 66 && "\(missing.errors)".contains("none.yaml"))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("base")))
    }
}
