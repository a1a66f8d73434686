import Foundation
import TestFixtures
import Testing

@Suite struct TokenizerTrainCommandTests {
    private static let corpus = "fixtures/text/corpus.txt"
    private static let python: String? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        return [environment["LORGNETTE_PEER_PYTHON"], "\(home)/.cache/peers/venv/bin/python"].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
    private static let texts = ["factbook.txt", "wordnet_concrete.txt", "stories_test.txt", "stories_train.txt"]
        .map { Repository.path("../shared/data/text/" + $0) }

    private func compare(_ folder: String, vocabulary: Int, sentinels: Int, _ files: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments =
            [
                Repository.path("Tests/Peers/tokenizer_train_peer.py"), "compare", folder, "\(vocabulary)",
                "\(sentinels)",
            ]
            + files
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }

    @Test func `writes a folder of two files, the same in every run`() throws {
        let scratch = try ScratchFolder()
        let runs = try ["a", "b"].map {
            try CommandRun(["tokenizer", "train", Self.corpus, "-o", scratch.file($0), "--vocabulary", "600"])
        }

        #expect(runs.allSatisfy { $0.status == 0 && $0.lines[0].hasPrefix("600 tokens from 21754 bytes") })
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("a")).count == 2)
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            #expect(try scratch.bytes("a/\(name)") == scratch.bytes("b/\(name)"))
        }
        #expect(try scratch.text("a/tokenizer_config.json").contains("\"eos_token\": \"</s>\""))
    }

    @Test(.enabled(if: python != nil, "no Python with the tokenizers library here"))
    func `the library finds the same merges, and transformers loads the folder`() throws {
        let scratch = try ScratchFolder()
        let run = try CommandRun([
            "tokenizer", "train", Self.corpus, "-o", scratch.file("made"), "--vocabulary", "800", "--reserve", "30",
        ])

        #expect(run.status == 0)
        try compare(scratch.file("made"), vocabulary: 800, sentinels: 30, [Repository.path(Self.corpus)])
    }

    @Test(
        .enabled(
            if: python != nil && texts.allSatisfy { FileManager.default.fileExists(atPath: $0) },
            "no Python with the tokenizers library, or no text beside the repository"))
    func `the library finds the same merges in 25 MB of text`() throws {
        let scratch = try ScratchFolder()
        let run = try CommandRun(
            ["tokenizer", "train"] + Self.texts + ["-o", scratch.file("made"), "--vocabulary", "8192"])

        #expect(run.status == 0)
        try compare(scratch.file("made"), vocabulary: 8192, sentinels: 128, Self.texts)
    }

    @Test func `words of pairs are read with the templates that are named`() throws {
        let scratch = try ScratchFolder()
        let pairs = try scratch.write(
            """
            {"caption": "a red apple", "qa": [["What is it?", "apple"]], "split": "train"}
            {"caption": "a pear", "split": "dev"}
            """, "pairs.jsonl")

        let train = try CommandRun([
            "tokenizer", "train", "-o", scratch.file("a"), "--vocabulary", "420", "--pairs", pairs,
        ])
        let all = try CommandRun([
            "tokenizer", "train", "-o", scratch.file("b"), "--vocabulary", "420", "--split", "all",
            "--caption-template", "{caption}", "--question-template", "{question} {answer}", "--pairs", pairs,
        ])

        // "a picture of a red apple." and "Question: What is it? Answer: apple", each with a line end.
        #expect(train.output.contains("from 62 bytes"))
        #expect(all.output.contains("from 37 bytes"))
    }

    @Test func `bad texts, missing files and full folders have their statuses`() throws {
        let scratch = try ScratchFolder()
        let bad = try scratch.write([0x61, 0xFF], "bad.txt")
        try scratch.write("mine", "full/notes.txt")
        for (arguments, status, said) in [
            ([bad, "-o", scratch.file("x")], 65, "not UTF-8 at byte 1"),
            (["/nowhere.txt", "-o", scratch.file("x")], 66, "no such file"),
            ([Self.corpus, "-o", scratch.file("x"), "--vocabulary", "200"], 65, "too small"),
            ([Self.corpus, "-o", scratch.file("full"), "--vocabulary", "500"], 74, "is there already"),
            ([Self.corpus, "-o", scratch.file("x"), "--caption-template", "x", "--pairs", bad], 65, "{caption}"),
        ] {
            let run = try CommandRun(["tokenizer", "train"] + arguments)
            #expect(run.status == status && run.errors.contains(said), "\(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("x")))
    }

    @Test(arguments: [
        [], ["a.txt"], ["-o", "x"], ["a.txt", "-o", "x", "--vocabulary", "0"], ["a.txt", "-o", "x", "--reserve", "-1"],
        ["a.txt", "-o", "x", "--special", ""], ["a.txt", "-o", "x", "--minimum-frequency", "-2"],
    ])
    func `what is said wrongly is status 64`(arguments: [String]) throws {
        #expect(try CommandRun(["tokenizer", "train"] + arguments).status == 64)
    }
}
