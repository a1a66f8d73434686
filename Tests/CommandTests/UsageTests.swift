import Foundation
import TestFixtures
import Testing

@Suite struct UsageTests {
    private let picture = "\(Models.opt)/image_0.png"

    @Test(arguments: [
        ["caption"], ["caption", "x.png", "--nonsense"], ["nonsense"], ["ask", "-m", Models.opt, "x.png"],
        ["caption", "-m", Models.opt, "x.png", "--threads", "0"],
        ["caption", "-m", Models.opt, "x.png", "--beams", "0"],
        ["caption", "-m", Models.opt, "x.png", "--max-tokens", "0"],
        ["caption", "-m", Models.opt, "x.png", "--temperature", "nan"],
        ["caption", "-m", Models.opt, "x.png", "--length-penalty", "nan"],
        ["caption", "-m", Models.opt, "x.png", "--repetition-penalty", "inf"],
        ["caption", "-m", Models.opt, "x.png", "--top-p", "0"], ["caption", "-m", Models.opt, "x.png", "--min-p", "1"],
        ["caption", "-m", Models.opt, "x.png", "--num-captions", "3"],
        ["caption", "-m", Models.opt, "x.png", "--beams", "2", "--top-k", "3"],
        ["caption", "-m", Models.opt, "x.png", "--dtype", "f8"],
        ["caption", "-m", Models.opt, "x.png", "--alpha", "pink"],
        ["caption", "-m", Models.opt, "x.png", "--seed", "-1"],
        ["embed", "-m", Models.opt, "x.png", "--stage", "soul", "-o", "y"],
        ["embed", "-m", Models.opt, "x.png", "--stage", "pixels"], ["verify", "-m", Models.opt],
        ["ask", "-m", Models.opt, "x.png", "-q", "a", "-p", "b"], ["score", "x.png"],
        ["export", "-m", Models.opt, "-o", "y", "--dtype", "q8_0"],
        ["ask", "-m", Models.opt, "x.png", "-q", "a", "--normalise", "max"],
        ["caption", "-m", Models.opt, "x.png", "--max-pixels", "9000000000000000000"],
        ["finetune", "--resume", "run", "--steps", "5"], ["finetune", "--resume", "run", "--seed", "0"],
        ["finetune", "--pairs", "x.jsonl", "-o", "y", "--batch", "0"],
        ["finetune", "--pairs", "x.jsonl", "-o", "y", "--learning-rate", "nan"],
        ["eval", "-m", Models.opt, "--tasks", "perplexity", "--data", "README.md", "--limit", "5"],
    ])
    func `what is said wrongly gives status 64 and tells how`(arguments: [String]) throws {
        let run = try CommandRun(arguments)

        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains("Error: ") || run.errors.contains("Usage: "), "\(run.errors)")
    }

    @Test(arguments: [
        [], ["caption"], ["ask"], ["chat"], ["score"], ["embed"], ["inspect"], ["verify"], ["export"], ["finetune"],
        ["calibrate"], ["eval", "confidence"],
        ["eval"], ["eval", "metrics"], ["tokenizer", "train"], ["data", "text"], ["data", "scenes"],
        ["data", "glyphs"], ["data", "check"], ["data", "stats"],
    ])
    func `every command helps`(command: [String]) throws {
        let run = try CommandRun(command + ["--help"])

        #expect(run.status == 0 && run.errors.isEmpty)
        #expect(run.output.contains("USAGE: ") && (command == ["eval"] || run.output.contains("EXAMPLE")))
    }

    /// The example lines of a command's help that read what the repository has.
    private static func examples(_ command: String) throws -> [String] {
        let lines = try CommandRun((command.isEmpty ? [] : [command]) + ["--help"]).lines
        let start = try #require(lines.firstIndex { $0.contains("EXAMPLE") })
        let joined = lines[(start + 1)...].joined(separator: "\n").replacing(#/\\\n\s*/#, with: "")
        return joined.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.prefix {
            $0.hasPrefix("lorgnette ")
        }
        .map { String($0.dropFirst("lorgnette ".count)) }
    }

    /// Words as a shell makes them of a line with double quotes.
    private static func words(_ line: String) -> [String] {
        line.components(separatedBy: "\"").enumerated().flatMap { index, part in
            index % 2 == 1 ? [part] : part.split(separator: " ").map(String.init)
        }
    }

    @Test(arguments: ["", "caption", "ask", "chat", "score", "embed", "inspect", "verify"])
    func `every example works in the repository's root`(command: String) throws {
        let folder = try ScratchFolder()
        let examples = try Self.examples(command)
        #expect(!examples.isEmpty)
        for example in examples {
            var words = Self.words(example)
            let named = words.filter { $0.hasPrefix("fixtures/") }
            guard named.allSatisfy({ FileManager.default.fileExists(atPath: Repository.path($0)) }) else {
                Issue.record("\(example): reads what the repository does not have")
                continue
            }
            // What examples write, and read again, lies in a folder of the test's.
            for flag in ["-o", "--record", "--reference"] {
                guard let at = words.firstIndex(of: flag), !words[at + 1].hasPrefix("fixtures/") else { continue }
                words[at + 1] = folder.file("written")
            }

            let run = try CommandRun(words)

            #expect(run.status == 0, "\(example): \(run.errors)")
        }
    }

    @Test func `the version`() throws { #expect(try CommandRun(["--version"]).status == 0) }

    @Test func `a model may be named by the environment`() throws {
        let run = try CommandRun(
            ["caption", picture, "--max-tokens", "2"], environment: ["LORGNETTE_MODEL": Models.opt])

        #expect(run.status == 0)
    }

    /// /dev/full takes nothing, as a full disk.
    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full here"),
        arguments: [
            ["inspect", Models.opt], ["inspect", Models.opt, "--json"],
            ["caption", "-m", Models.opt, "\(Models.opt)/image_0.png", "--max-tokens", "2"],
            ["caption", "-m", Models.opt, "/nowhere.png", "--json"],
            ["ask", "-m", Models.opt, "\(Models.opt)/image_0.png", "What?", "--max-tokens", "2"],
            ["score", "-m", Models.opt, "\(Models.opt)/image_0.png", "a"],
            ["verify", "-m", Models.opt, "--reference", "\(Models.opt)/reference.safetensors"],
        ])
    func `output that cannot be written is status 74`(arguments: [String]) throws {
        let run = try CommandRun(arguments, output: "/dev/full")

        #expect(run.status == 74 && run.errors.contains("standard output"), "\(run.errors)")
    }
}
