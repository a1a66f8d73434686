import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct DataTextCommandTests {
    private static let tokenizer = "fixtures/tiny-blip2-olmoe"
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func files(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
        return files
    }

    /// `count` different documents.
    private func documents(_ count: Int) -> String {
        (0..<count).map { "document \($0) is about the number \($0 * $0)\n" }.joined(separator: "\n")
    }

    @Test func `tells what became of the documents, once made it is only told of`() throws {
        let text = documents(300)
        let file = try scratch.write(text + "\n" + text, "text.txt")
        let arguments = [
            "data", "text", file, "--tokenizer", Self.tokenizer, "-o", scratch.file("store"), "--held-out", "0.2",
            "--json",
        ]

        let run = try CommandRun(arguments)
        let made = try files(scratch.file("store"))
        let again = try CommandRun(arguments)

        #expect(run.status == 0 && run.output == again.output)
        #expect(try files(scratch.file("store")) == made)
        let told = try #require(try run.objects().first)
        let source = try #require(told["sources"]?.array?.first)
        #expect(source["documents"]?.integer == 600 && source["duplicates"]?.integer == 300)
        let (training, heldOut) = (
            told["training"]?["documents"]?.integer ?? 0, told["held-out"]?["documents"]?.integer ?? 0
        )
        #expect(training + heldOut == 300 && (30...100).contains(heldOut))
    }

    @Test func `a run that is killed changes nothing about what the next one makes`() throws {
        let file = try scratch.write(documents(60_000), "text.txt")
        let arguments = ["data", "text", file, "--tokenizer", Self.tokenizer, "--quiet", "-o"]
        let clean = try CommandRun(arguments + [scratch.file("clean")])
        #expect(clean.status == 0)

        for milliseconds in [40, 150, 400] {
            let process = Process()
            process.executableURL = URL(filePath: CommandRun.binary)
            process.arguments = arguments + [scratch.file("killed")]
            process.currentDirectoryURL = Repository.root
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(milliseconds * 1000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let run = try CommandRun(arguments + [scratch.file("killed")])

        #expect(run.status == 0 && run.output == clean.output)
        #expect(try files(scratch.file("killed")) == files(scratch.file("clean")))
        #expect(!FileManager.default.fileExists(atPath: scratch.file(".killed.partial")))
    }

    @Test(arguments: ["causal", "ul2", "ul2-small", "prompts"]) func `shows rows as a model meets them`(mixture: String)
        throws
    {
        let corpus = Repository.path("fixtures/text/corpus.txt")
        let trained = try CommandRun([
            "tokenizer", "train", corpus, "-o", scratch.file("tokenizer"), "--vocabulary", "600",
        ])
        #expect(trained.status == 0)

        let run = try CommandRun([
            "data", "text", corpus, "--tokenizer", scratch.file("tokenizer"), "-o", scratch.file("store"), "--samples",
            "3",
            "--mixture", mixture, "--length", "64", "--layout", "lines",
        ])

        #expect(run.status == 0)
        let rows = run.lines.filter { $0.hasPrefix("row ") }
        #expect(rows.count >= 3 && rows.allSatisfy { $0.contains(" ⇒ ") })
        #expect(rows.contains { $0.contains("<extra_id_0>") } == mixture.hasPrefix("ul2"))
    }

    @Test func `the words of pairs are read, some rows behind passages`() throws {
        let rows = (0..<100).map { #"{"caption": "thing \#($0)", "qa": [["Which?", "\#($0)"]], "split": "train"}"# }
        let file = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")

        let run = try CommandRun([
            "data", "text", file, "--tokenizer", Self.tokenizer, "-o", scratch.file("store"), "--layout", "pairs",
            "--context-share", "0.5", "--held-out", "0", "--json",
        ])

        let count = try #require(try run.objects().first?["training"]?["documents"]?.integer)
        #expect((250...350).contains(count))
    }

    @Test func `faults have their statuses`() throws {
        let bad = try scratch.write([0x61, 0xFF], "bad.txt")
        let good = try scratch.write("a\n\nb", "good.txt")
        try scratch.write("mine", "full/notes.txt")
        for (arguments, status, said) in [
            ([bad, "--tokenizer", Self.tokenizer, "-o", scratch.file("x")], 65, "not UTF-8"),
            (["/nowhere.txt", "--tokenizer", Self.tokenizer, "-o", scratch.file("x")], 66, "no such file"),
            ([good, "--tokenizer", "/nowhere", "-o", scratch.file("x")], 65, "/nowhere"),
            ([good, "--tokenizer", Self.tokenizer, "-o", scratch.file("full")], 74, "no token store"),
            ([good, "--tokenizer", Self.tokenizer, "-o", "/dev/null/x"], 74, "cannot write"),
            (
                [
                    good, "--tokenizer", Self.tokenizer, "-o", scratch.file("y"), "--held-out", "0", "--samples", "1",
                    "--mixture", "ul2",
                ], 65, "sentinels"
            ),
        ] {
            let run = try CommandRun(["data", "text"] + arguments)
            #expect(run.status == status && run.errors.contains(said), "\(run.errors)")
        }
        #expect(try scratch.text("full/notes.txt") == "mine")
        for arguments in [
            ["--held-out", "1"], ["--samples", "-1"], ["--mixture", "x"], ["--length", "3"], ["--layout", "x"],
        ] {
            let run = try CommandRun(
                ["data", "text", good, "--tokenizer", Self.tokenizer, "-o", scratch.file("x")] + arguments)
            #expect(run.status == 64)
        }
    }

    @Test func `the examples of help work`() throws {
        for arguments in [
            ["tokenizer", "train", "README.md", "-o", scratch.file("tokenizer"), "--vocabulary", "600"],
            [
                "data", "text", "README.md", "--tokenizer", Self.tokenizer, "-o", scratch.file("tokens"), "--held-out",
                "0.2",
            ],
        ] {
            let run = try CommandRun(arguments)
            #expect(run.status == 0, "\(run.errors)")
        }
    }
}
