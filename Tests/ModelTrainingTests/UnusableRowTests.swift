import Checkpoints
import Foundation
import InterleavedData
import JSONText
import ModelTraining
import ReportPages
import TestFixtures
import Testing
import VisionLanguage

/// Rows that a model cannot be trained on are told and replaced, and nothing else of a run's data changes unseen.
@Suite struct UnusableRowTests {
    private let base = Repository.path("fixtures/parity/blip2-olmoe-a")
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func recipe(_ path: String, _ assignments: String...) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            assignments: ["steps=8", "batch=4", "checkpoint_every=4", "dev.every=8", "dev.answered=2"] + assignments)
        recipe.base = base
        recipe.data = [FinetuneRecipe.DataEntry(pairs: path)]
        return recipe
    }

    /// The rows of a tiny dataset with some captions replaced.
    private func dataset(_ captions: [Int: String]) throws -> String {
        let path = try TinyDataset(in: scratch) { _ in false }.path
        var lines = try scratch.text("pairs.jsonl").components(separatedBy: "\n")
        for (row, caption) in captions {
            lines[row] =
                #"{"image": "\#(row).png", "caption": "\#(caption)", "split": "\#(row < 12 ? "train" : "dev")"}"#
        }
        try scratch.write(lines.joined(separator: "\n"), "pairs.jsonl")
        return path
    }

    @Test func `a text that holds the picture's token is told, and another row takes its place`() throws {
        let path = try dataset([1: "a <image> of a thing", 13: "an <image>", 5: "  "])
        var skipped: [String: String] = [:]
        var notes: [String] = []
        try FinetuneRun(recipe(path), new: scratch.file("run")).train { event in
            if case .skipped(let row, let reason) = event { skipped[row] = reason }
            if case .planned(let plan) = event { notes = plan.notes }
        }

        #expect(Set(skipped.keys) == ["1.png", "13.png"])
        #expect(skipped.values.allSatisfy { $0.contains("stands for a picture") })
        #expect(notes.contains { $0.contains("1 rows without caption or answer") }, "\(notes)")
        let records = try RunRecords(path: scratch.file("run/log.jsonl")).records
        #expect(records.count(where: { $0["skipped"] != nil }) == 2)
        #expect(records.count(where: { $0["loss"] != nil }) == 8)
    }

    @Test func `a question beyond the model's context is told, not fatal`() throws {
        let long = [String](repeating: "word", count: 4_000).joined(separator: " ")
        let path = try dataset([:])
        var lines = try scratch.text("pairs.jsonl").components(separatedBy: "\n")
        lines[2] = #"{"image": "2.png", "qa": [["\#(long)", "yes"]], "split": "train"}"#
        try scratch.write(lines.joined(separator: "\n"), "pairs.jsonl")

        var skipped: [String] = []
        var wanted = try recipe(path)
        wanted.base = Repository.path("fixtures/parity/blip2-opt-a")  // positions are learned, and end
        try FinetuneRun(wanted, new: scratch.file("run")).train { event in
            if case .skipped(let row, _) = event { skipped.append(row) }
        }
        #expect(skipped == ["2.png"])
    }

    @Test func `a run does not go on with other rows`() throws {
        let path = try dataset([:])
        let run = scratch.file("run")
        var copy: String?
        try FinetuneRun(recipe(path), new: run).train { event in
            guard case .checkpointed(4) = event else { return }
            copy = scratch.file("killed")
            do { try FileManager.default.copyItem(atPath: run, toPath: scratch.file("killed")) } catch {
                Issue.record(error)
            }
        }
        let killed = try #require(copy)
        _ = try dataset([0: "another caption"])

        #expect {
            _ = try FinetuneRun(resuming: killed)
        } throws: { error in
            guard case .rowsChanged? = error as? TrainingError else { return false }
            return "\(error)".contains("put back the files")
        }
    }

    @Test func `pictures may lie elsewhere than their rows`() throws {
        let path = try dataset([:])
        let rows = try ScratchFolder()
        try FileManager.default.copyItem(atPath: path, toPath: rows.file("rows.json.txt"))
        var wanted = try recipe(rows.file("rows.json.txt"))
        wanted.data[0].format = "pairs"
        wanted.data[0].images = scratch.path
        var skipped = 0
        try FinetuneRun(wanted, new: rows.file("run")).train { if case .skipped = $0 { skipped += 1 } }
        #expect(skipped == 0)
        wanted.data[0].format = "paris"
        #expect(throws: TrainingError.self) { try wanted.check(file: "recipe") }
    }

    @Test func `a base whose pre-processing lies in processor_config is known by it`() throws {
        let model = try ScratchFolder(copying: base)
        let own = try model.text("preprocessor_config.json")
        try model.write("{\"image_processor\": \(own)}", "processor_config.json")
        try model.remove("preprocessor_config.json")
        func fingerprint() throws -> BaseFingerprint {
            try BaseFingerprint(path: model.path, weights: CheckpointFolder(path: model.path))
        }
        let before = try fingerprint()
        try model.write("{\"image_processor\": \(own) }", "processor_config.json")

        #expect(try fingerprint().differences(from: before) == [.preprocessing])
    }
}
