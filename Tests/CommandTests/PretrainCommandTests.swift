import Foundation
import JSONText
import TestFixtures
import Testing

/// `pretrain` and `complete`, as a person calls them.
@Suite struct PretrainCommandTests {
    private static let corpus = "fixtures/text/corpus.txt"
    /// Options of a decoder that is trained in a second.
    private static let small = [
        "model.hidden_size=32", "model.num_hidden_layers=2", "model.num_attention_heads=2", "model.experts.count=4",
        "model.experts.intermediate_size=32", "model.intermediate_size=32", "model.sparsity.controller_rank=8",
        "length=48", "batch=4", "dev.every=20", "dev.rows=2", "dev.tokens=256", "dev.shown=1", "warmup_steps=2",
    ].flatMap { ["--set", $0] }

    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func pretrain(_ arguments: [String]) throws -> CommandRun {
        try CommandRun(["pretrain", "--text", Self.corpus] + Self.small + arguments)
    }

    private func model(_ run: String) throws -> [UInt8] { try scratch.bytes(run + "/model/model.safetensors") }

    @Test func `a text becomes a model that goes on from texts`() throws {
        let made = try pretrain(["-o", scratch.file("run"), "--steps", "8"])
        #expect(made.status == 0 && made.output.isEmpty, "\(made.errors)")
        #expect(made.errors.contains("bits per byte") && made.errors.contains(scratch.file("run/model")))

        let folder = scratch.file("run/model")
        let plain = try CommandRun(["complete", "-m", folder, "The", "A word", "--max-tokens", "4"])
        #expect(plain.status == 0 && plain.lines.count >= 2)
        #expect(plain.output.hasPrefix("The") && plain.output.contains("\nA word"))
        let row = try CommandRun(["complete", "-m", folder, "The", "--max-tokens", "4", "--json"])
        let json = try JSONValue(parsing: Array(row.output.utf8))
        #expect(json["prompt"]?.string == "The" && (1...4).contains(json["token_ids"]?.array?.count ?? 0))
        #expect((json["logprob"]?.double ?? 1) < 0)
        let drawn = try (0..<2).map { _ in
            try CommandRun(
                ["complete", "-m", folder, "The", "--temperature", "2", "--num-captions", "2", "--seed", "5"])
        }
        #expect(drawn[0].status == 0 && drawn[0].output == drawn[1].output)
    }

    @Test func `a recipe that no run can have is refused with its key, not crashed on`() throws {
        let shared = [
            "model.experts.shared_intermediate_size=40", "model.parametrization.type=mup",
            "model.parametrization.base_hidden_size=16",
        ]
        for (settings, named) in [
            (shared, "shared_intermediate_size"), (["model=5"], "model"),
            (["text.0.denoisers={causal: 0, ul2-small: 0, prompts: 1}"], "denoisers.prompts"),
            (["model.xpos_scale_base=1e30"], "xpos_scale_base"),
            (["model.attention_mask=causal", "model.experts.capacity_factor=1e30"], "capacity_factor"),
        ] {
            let run = try pretrain(
                ["-o", scratch.file("run"), "--steps", "1"] + settings.flatMap { ["--set", $0] })
            #expect(run.status == 65 && run.errors.contains(named), "\(settings): \(run.status) \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: scratch.file("run/checkpoint.safetensors")))
        }
        for arguments in [["--steps", "0"], ["--minutes", "0"]] {
            #expect(try pretrain(["-o", scratch.file("run")] + arguments).status == 64)
        }
        #expect(try CommandRun(["pretrain", "--resume", scratch.file("run"), "--batch", "9"]).status == 64)
    }

    @Test func `a window beyond the training length is read, not cut to it`() throws {
        let made = try pretrain([
            "-o", scratch.file("run"), "--steps", "4", "--set", "model.position_embedding_type=rope",
        ])
        #expect(made.status == 0, "\(made.errors)")
        func nats(_ window: String) throws -> JSONValue {
            let run = try CommandRun([
                "eval", "-m", scratch.file("run/model"), "--tasks", "perplexity", "--data", Self.corpus, "--window",
                window,
                "--quiet",
            ])
            return try JSONValue(parsing: Array(run.output.utf8))
        }
        let (short, long) = (try nats("48"), try nats("192"))
        #expect(short["window"]?.integer == 48 && long["window"]?.integer == 192)
        #expect(short["nats_per_token"]?.double != long["nats_per_token"]?.double)
    }

    @Test func `a model of modes is measured behind the token of its mode, in every window`() throws {
        let made = try pretrain([
            "-o", scratch.file("run"), "--steps", "4", "--set", "text.0.denoisers={causal: 0, ul2-small: 1}",
        ])
        #expect(made.status == 0, "\(made.errors)")
        func nats() throws -> Double? {
            let run = try CommandRun([
                "eval", "-m", scratch.file("run/model"), "--tasks", "perplexity", "--data", Self.corpus, "--quiet",
            ])
            return try JSONValue(parsing: Array(run.output.utf8))["nats_per_token"]?.double
        }
        let own = try JSONValue(parsing: scratch.bytes("run/model/lorgnette.json"))
        #expect(own["read"]?["leading_tokens"]?.array?.compactMap(\.string) == ["[S2S]"])
        let behind = try nats()
        try scratch.write("{}", "run/model/lorgnette.json")
        #expect(try nats() != behind && behind != nil)
        try scratch.write(#"{"read": {"leading_tokens": ["[nothing]"]}}"#, "run/model/lorgnette.json")
        let damaged = try CommandRun([
            "eval", "-m", scratch.file("run/model"), "--tasks", "perplexity", "--data", Self.corpus,
        ])
        #expect(damaged.status == 65 && damaged.errors.contains("leading_tokens"))
    }

    @Test func `a run that is killed goes on and ends with the same bytes`() throws {
        let settings = ["--steps", "30", "--checkpoint-every", "3", "--quiet"]
        let whole = try pretrain(["-o", scratch.file("whole")] + settings)
        #expect(whole.status == 0 && whole.errors.isEmpty, "\(whole.errors)")

        let process = Process()
        process.executableURL = URL(filePath: CommandRun.binary)
        process.arguments =
            ["pretrain", "--text", Self.corpus] + Self.small + ["-o", scratch.file("killed")] + settings
        process.currentDirectoryURL = Repository.root
        try process.run()
        let checkpoint = scratch.file("killed/checkpoint.safetensors")
        while process.isRunning, !FileManager.default.fileExists(atPath: checkpoint) { usleep(2_000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let resumed = try CommandRun(["pretrain", "--resume", scratch.file("killed"), "--quiet"])

        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try model("killed") == model("whole"))
        let again = try CommandRun(["pretrain", "--resume", scratch.file("killed")])
        #expect(again.status == 0)
    }

    @Test func `the recipe is shown, and makes the same model`() throws {
        let shown = try pretrain(["--print-recipe", "--steps", "3"])
        #expect(shown.status == 0 && shown.output.contains("ul2-small:"))
        let recipe = try scratch.write(shown.output, "recipe.yaml")
        let first = try CommandRun(["pretrain", recipe, "-o", scratch.file("a"), "--quiet"])
        let second = try pretrain(["-o", scratch.file("b"), "--steps", "3", "--threads", "1", "--quiet"])

        #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
        #expect(try model("a") == model("b"))
    }

    @Test func `faults have their status and one clear line`() throws {
        let none = try CommandRun(["pretrain", "--text", scratch.file("none.txt"), "-o", scratch.file("x")])
        #expect(none.status == 66 && none.errors.contains("none.txt"))
        let key = try pretrain(["-o", scratch.file("x"), "--set", "model.depth=3"])
        #expect(key.status == 65 && key.errors.contains("model.depth"))
        #expect(try CommandRun(["pretrain"]).status == 64)
        #expect(try CommandRun(["pretrain", "--resume", scratch.file("none")]).status == 66)
        #expect(try pretrain(["-o", scratch.file("y"), "--steps", "1", "--minutes", "1"]).status == 64)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
        #expect(try CommandRun(["complete", "-m", scratch.file("none"), "a"]).status == 66)
    }

    @Test func `the coordinate check passes by width and fails without`() throws {
        let check = try CommandRun([
            "pretrain", "--coordinate-check", "--widths", "64,128,256", "-o", scratch.file("check"), "--quiet",
        ])
        #expect(check.status == 0, "\(check.errors)")
        let json = try JSONValue(parsing: scratch.bytes("check/coordinate-check.json"))
        let verdicts = json["parametrisations"]?.array?.map { $0["passes"]?.bool }
        #expect(verdicts == [true, false], "\(check.output)")
        #expect(try scratch.text("check/coordinate-check.svg").contains("<svg"))
    }
}
