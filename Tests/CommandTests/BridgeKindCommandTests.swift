import Foundation
import TestFixtures
import Testing

/// Every command with bridges of other architectures and with adapters.
@Suite struct BridgeKindCommandTests {
    private static let base = Models.olmoe

    @Test(arguments: [
        ["bridge_kind=linear"], ["bridge_kind=mlp"],
        ["bridge_kind=perceiver", "bridge_sizes={latents: 3, layers: 1, heads: 2, head_width: 5, expansion: 2}"],
        ["adapters={bottleneck: both, cross_attention_every: 1, heads: 2, head_width: 6, expansion: 2}"],
        ["bridge_kind=mlp", "adapters={bottleneck: feed_forward, everywhere: true}"],
    ])
    func `finetune, then caption, ask, score, embed and verify; export says no`(assignments: [String]) throws {
        let pictures = try Pictures.folder()
        let names = try FileManager.default.contentsOfDirectory(atPath: pictures.path).filter { $0.hasSuffix("g") }
            .sorted()
        let rows = names.map { #"{"image": "\#($0)", "caption": "a thing", "qa": [["what", "a thing"]]}"# }
        let pairs = try pictures.write(rows.joined(separator: "\n"), "pairs.jsonl")
        let run = pictures.file("run")
        let trained = try CommandRun(
            [
                "finetune", "-m", Self.base, "--pairs", pairs, "-o", run, "--steps", "6", "--batch", "2",
                "--learning-rate", "0.02",
            ]
                + assignments.flatMap { ["--set", $0] })
        #expect(trained.status == 0, "\(trained.errors)")
        let model = ["-m", Self.base, "--bridge", run + "/bridge"]
        let picture = pictures.file(names[0])

        let caption = try CommandRun(["caption"] + model + ["--json", "--max-tokens", "4", picture])
        let asked = try CommandRun(["ask"] + model + [picture, "-q", "what", "--max-tokens", "4"])
        let together = try CommandRun(
            ["ask"] + model + [picture, pictures.file(names[1]), "--together", "-q", "what", "--max-tokens", "3"])
        let scored = try CommandRun(["score"] + model + ["--json", picture, "a thing"])
        let embedded = try CommandRun(
            ["embed"] + model + [picture, "--stage", "embeddings", "-o", pictures.file("embeddings.safetensors")])
        let verified = try CommandRun(["verify"] + model)
        let exported = try CommandRun(["export"] + model + ["-o", pictures.file("exported")])

        for run in [caption, asked, together, scored, embedded, verified] { #expect(run.status == 0, "\(run.errors)") }
        #expect(caption.lines.count == 1 && scored.output.contains("logprobs"))
        let isEverywhere = assignments.contains { $0.contains("everywhere") }
        let verdicts = verified.lines.map { $0.components(separatedBy: "\t").last ?? "" }
        #expect(
            verdicts == Array(repeating: "equal", count: 5) + [isEverywhere ? "changed on purpose" : "equal"],
            "\(verified.output)")
        #expect(
            exported.status == 65 && exported.errors.contains("Blip2ForConditionalGeneration"), "\(exported.errors)")
        #expect(!FileManager.default.fileExists(atPath: pictures.file("exported")))

        // What the recorded reference says of the same model holds.
        let recorded = try CommandRun(
            ["verify"] + model + ["--record", pictures.file("reference.safetensors"), picture])
        let again = try CommandRun(["verify"] + model + ["--reference", pictures.file("reference.safetensors")])
        #expect(recorded.status == 0 && again.status == 0, "\(recorded.errors) \(again.errors) \(again.output)")
    }
}
