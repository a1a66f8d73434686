import Foundation
import JSONText
import TestFixtures
import Testing

/// Runs of `lorgnette eval` that are killed, spread over machines, or shown solved examples.
@Suite struct EvalResumeTests {
    private static let questions = 120

    /// Five pictures with so many questions in two splits.
    private static func data() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        for kind in 0..<5 { try folder.write(try Pictures.png(kind), "\(kind).png") }
        let rows = (0..<questions).map { number in
            let split = number < 12 ? "train" : "dev"
            return
                #"{"image": "\#(number % 5).png", "caption": null, "qa": [["Is it \#(number)?", "yes"]], "split": "\#(split)"}"#
        }
        try folder.write(rows.joined(separator: "\n"), "pairs.jsonl")
        return folder
    }

    private static func arguments(_ folder: ScratchFolder, _ run: String, _ more: [String] = []) -> [String] {
        [
            "eval", "-m", Models.olmoe, "--tasks", "pairs", "--data", folder.path, "--split", "dev", "--max-tokens",
            "6",
            "-o", folder.file(run), "--quiet",
        ] + more
    }

    @Test func `a killed run goes on where it stopped, and answers nothing twice`() throws {
        let folder = try Self.data()
        let samples = folder.file("killed/samples.jsonl")
        let process = Process()
        process.executableURL = URL(filePath: CommandRun.binary)
        process.arguments = Self.arguments(folder, "killed", ["--batch", "1"])
        process.currentDirectoryURL = Repository.root
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while process.isRunning, (try? folder.text("killed/samples.jsonl").contains("\n")) != true { usleep(2000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try #require(process.terminationReason == .uncaughtSignal, "the run was over before it could be killed")
        let before = try folder.text("killed/samples.jsonl").split(separator: "\n").count
        #expect(before < Self.questions - 12)
        // A mark in the first row: were it answered again, the mark would go.
        try folder.replace(#""output": ""#, with: #""output": "marked "#, in: "killed/samples.jsonl")

        let resumed = try CommandRun(Self.arguments(folder, "killed"))
        let whole = try CommandRun(Self.arguments(folder, "whole"))

        #expect(resumed.status == 0 && whole.status == 0)
        let lines = try folder.text("killed/samples.jsonl").split(separator: "\n")
        #expect(lines.first?.contains("\"marked ") == true)
        let expected = try folder.text("whole/samples.jsonl").split(separator: "\n")
        #expect(lines.dropFirst().elementsEqual(expected.dropFirst()) && lines.count == Self.questions - 12)
        #expect(samples.hasSuffix("samples.jsonl"))
    }

    @Test func `shards merge into the run in one piece, whatever their batches`() throws {
        let folder = try Self.data()
        let common = ["--limit", "20"]
        _ = try CommandRun(Self.arguments(folder, "whole", common))
        for number in 1...3 {
            let shard = try CommandRun(
                Self.arguments(folder, "s\(number)", common + ["--shard", "\(number)/3", "--batch", "\(number)"]))
            #expect(shard.status == 0)
        }

        let merged = try CommandRun(
            ["eval", "merge"] + (1...3).map { folder.file("s\($0)") } + ["-o", folder.file("merged")])
        let missing = try CommandRun(["eval", "merge", folder.file("s1"), folder.file("s3"), "-o", folder.file("no")])

        #expect(merged.status == 0 && missing.status == 65 && missing.errors.contains("2/3"))
        for file in ["results.json", "samples.jsonl", "report.html"] {
            #expect(try folder.text("merged/" + file) == folder.text("whole/" + file), "\(file)")
        }
    }

    @Test(arguments: ["fixed", "fresh", "nearest"])
    func `solved examples come from another split`(selection: String) throws {
        let folder = try Self.data()
        let shots = ["--limit", "8", "--shots", "2", "--shot-selection", selection, "--shot-split"]

        let run = try CommandRun(Self.arguments(folder, "run", shots + ["train"]))
        let same = try CommandRun(Self.arguments(folder, "same", shots + ["dev"]))
        let none = try CommandRun(Self.arguments(folder, "none", ["--shots", "2"]))

        #expect(run.status == 0 && same.status == 65 && none.status == 64)
        #expect(same.errors.contains("--shot-split"))
        let rows = try folder.text("run/samples.jsonl").split(separator: "\n").map {
            try JSONValue(parsing: Array($0.utf8))
        }
        #expect(rows.count == 8)
        let training = Set((1...12).map { "\($0):1" })
        for row in rows {
            let shown = row["demonstrations"]?.array?.compactMap(\.string) ?? []
            #expect(shown.count == 2 && training.isSuperset(of: shown))
        }
        let recorded = try JSONValue(parsing: folder.bytes("run/results.json"))["protocol"]?["few_shot"]
        #expect(recorded?["data_sha256"]?["pairs.jsonl"]?.string?.count == 64)
        #expect(recorded?["selection"]?.string == selection)
    }
}
