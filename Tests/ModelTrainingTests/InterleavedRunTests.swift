import Checkpoints
import Foundation
import InterleavedData
import JSONText
import ModelTraining
import NeuralLayers
import ReportPages
import TestFixtures
import Testing
import VisionLanguage

/// Whole finetune runs over pairs, interleaved documents and text.
@Suite struct InterleavedRunTests {
    private let base = Repository.path("fixtures/parity/blip2-olmoe-a")
    private let scratch: ScratchFolder
    private let data: TinyDataset
    private let documents: String

    init() throws {
        scratch = try ScratchFolder()
        data = try TinyDataset(in: scratch) { $0 == 3 }
        let rows = try PairDataset(path: data.path).records
        var settings = DocumentWeaver.Settings()
        (settings.examples, settings.wovenShare, settings.words) = (1...2, 0.3, 6)
        let (train, dev) = (rows.filter { $0.split == "train" }, rows.filter { $0.split == "dev" })
        var lines: [String] = []
        for (split, asked) in [("train", train), ("dev", dev)] {
            let weaver = try DocumentWeaver(
                rows: [train], asked: [asked], texts: ["It rains. It pours. So it goes."], settings: settings)
            for number in 0..<(split == "train" ? 30 : 6) {
                lines.append(try weaver.document(number, split: split).row { $0 }.text)
            }
        }
        lines.insert(#"{"parts": "damaged"}"#, at: 4)
        lines.insert(#"{"id": "alone", "split": "train", "parts": [{"text": "words alone"}]}"#, at: 9)
        documents = try scratch.write(lines.joined(separator: "\n"), "documents.jsonl")
    }

    private func recipe(_ assignments: String...) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            assignments: [
                "steps=8", "batch=2", "checkpoint_every=3", "learning_rate=0.003", "average_decay=0.9", "dev.every=4",
                "dev.answered=2", "interleaved.length=96", "interleaved.documents=[{file: \(documents), share: 0.6}]",
            ] + assignments)
        recipe.base = base
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        return recipe
    }

    private func text() throws -> String {
        let lines = (0..<60).map { "The cat number \($0) sat on a mat, and looked at the moon for \($0 % 7) nights." }
        return try scratch.write(lines.joined(separator: "\n\n"), "text.txt")
    }

    private func bridge(of run: String) throws -> [String: [UInt8]] {
        let folder = try BridgeFolder(path: run + "/bridge")
        return Dictionary(
            uniqueKeysWithValues: folder.weights.files.flatMap { file in
                file.entries.map { ($0.name, file.bytes(of: $0)) }
            })
    }

    /// The log's lines without times.
    private func log(of run: String) throws -> [String] {
        try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8).split(separator: "\n").map { line in
            String(line.replacing(/"seconds": [0-9.e-]+/, with: ""))
        }
    }

    private static let adapters = "adapters={bottleneck: feed_forward, reduction: 4, everywhere: true}"

    @Test(arguments: [false, true])
    func `a run that was killed ends with the same bridge and log`(adapted: Bool) throws {
        let whole = scratch.file("whole")
        var wanted = try recipe("accumulation=2")
        if adapted {
            wanted = try recipe(
                Self.adapters, "interleaved.texts=[{file: \(try text()), share: 2}]", "feature_cache=true")
        }
        var copies: [String] = []
        try FinetuneRun(wanted, new: whole).train { event in
            guard case .checkpointed(let step) = event else { return }
            let copy = scratch.file("killed at \(step)")
            do { try FileManager.default.copyItem(atPath: whole, toPath: copy) } catch { Issue.record(error) }
            copies.append(copy)
        }
        let expected = try bridge(of: whole)
        #expect(copies.count == 3)
        let early = scratch.file("killed early")
        _ = try FinetuneRun(wanted, new: early)
        for copy in copies + [early] {
            try FinetuneRun(resuming: copy).train { _ in }
            #expect(try bridge(of: copy) == expected, "\(copy)")
            #expect(try log(of: copy) == log(of: whole), "\(copy)")
        }
    }

    @Test func `what steps are made of is logged, and what is left out told`() throws {
        let run = scratch.file("run")
        var plan: [String] = []
        try FinetuneRun(recipe("interleaved.texts=[{file: \(try text())}]"), new: run).train { event in
            if case .planned(let summary) = event { plan = summary.lines }
        }
        let records = try RunRecords(path: run + "/log.jsonl").records
        let steps = records.filter { $0["learning_rate"] != nil }
        #expect(steps.count == 8)
        for step in steps {
            let numbers = try ["positions", "image_slots", "image_slot_share", "documents_positions", "rows"].map {
                try #require(step[$0]?.double, "\($0)")
            }
            #expect(abs(numbers[2] - numbers[1] / numbers[0]) < 1e-9 && step["text_only_share"]?.double == 0)
            #expect(step["tokens"]?.double == numbers[0] && numbers[4] >= 1)
            let losses = ["pairs_loss", "documents_loss"].compactMap { step[$0]?.double }
            #expect(!losses.isEmpty && losses.allSatisfy { $0 > 0 })
        }
        #expect(records.contains { $0["dev_interleaved_loss"] != nil && $0["dev_loss"] != nil })
        let notes = records.compactMap { $0["note"]?.string }
        for words in ["1 of 38 rows are damaged", "1 documents left out; the first: alone", "text.txt left out"] {
            #expect(notes.contains { $0.contains(words) }, "\(words): \(notes)")
            #expect(plan.contains { $0.contains(words) }, "\(plan)")
        }
        #expect(records.contains { $0["skipped"]?.string == "3.png" })
        #expect(plan.contains { $0.contains("of positions: pairs ") })
    }

    @Test func `adapters that change texts are trained mostly on texts`() throws {
        let text = try text()
        let refused = try recipe(Self.adapters)
        #expect {
            _ = try FinetuneRun(refused, new: scratch.file("refused"))
        } throws: { error in
            guard case .tooLittleText(let share)? = error as? TrainingError else { return false }
            return share == 0 && "\(error)".contains("60 %")
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("refused")), "told before there is a folder")
        let run = scratch.file("run")
        try FinetuneRun(
            recipe(
                Self.adapters, "interleaved.texts=[{file: \(text), share: 2}]", "batch=4", "interleaved.pairs_share=0.2"
            ),
            new: run
        ).train { _ in }
        let steps = try RunRecords(path: run + "/log.jsonl").records.filter { $0["learning_rate"] != nil }
        let positions = steps.reduce(0.0) { $0 + ($1["positions"]?.double ?? 0) }
        let texts = steps.reduce(0.0) { $0 + ($1["text_positions"]?.double ?? 0) }
        #expect(texts / positions > 0.6 && texts / positions < 0.85)
        #expect(steps.allSatisfy { $0["text_loss"]?.double ?? 0 > 0 })
        let folder = try ModelFolder(path: base, bridge: run + "/bridge")
        #expect(folder.configuration.design.adapters.everywhere)
    }

    @Test func `documents alone are enough, and the losses fall`() throws {
        var wanted = try recipe("steps=30", "learning_rate=0.01")
        wanted.data = []
        var losses: [Double] = []
        try FinetuneRun(wanted, new: scratch.file("run")).train { event in
            if case .stepped(let record) = event { losses.append(record.loss) }
        }
        #expect(losses.suffix(5).reduce(0, +) < losses.prefix(5).reduce(0, +))
    }

    @Test func `parts of a step give the loss of the whole step`() throws {
        for (name, parts) in [("whole", "accumulation=1"), ("parts", "accumulation=2")] {
            try FinetuneRun(recipe("steps=1", parts), new: scratch.file(name)).train { _ in }
        }
        func first(_ run: String, _ key: String) throws -> Double {
            let records = try RunRecords(path: scratch.file(run + "/log.jsonl")).records
            let numbers: [Double] = records.compactMap { record in record[key]?.double }
            return try #require(numbers.first)
        }
        for key in ["loss", "gradient_norm", "documents_loss"] {
            let (one, other) = (try first("whole", key), try first("parts", key))
            #expect(abs(one - other) < 1e-4 * max(1, one), "\(key): \(one), \(other)")
        }
    }

    @Test func `what cannot be trained on is told`() throws {
        func problem(_ assignments: String...) -> String {
            do {
                var wanted = try FinetuneRecipe(assignments: assignments)
                wanted.base = base
                if wanted.data.isEmpty { wanted.data = [FinetuneRecipe.DataEntry(pairs: data.path)] }
                _ = try FinetuneRun(wanted, new: scratch.file("other"))
                return ""
            } catch { return "\(error)" }
        }
        let alone = try scratch.write(#"{"parts": [{"text": "words alone"}]}"#, "alone.jsonl")
        #expect(problem("interleaved.documents=[{file: \(scratch.file("none.jsonl"))}]").contains("no such file"))
        #expect(problem("interleaved.documents=[{file: \(documents), split: test}]").contains("split test"))
        #expect(problem("interleaved.documents=[{file: \(documents), format: mmc5}]").contains("obelics"))
        #expect(problem("interleaved.documents=[{file: \(documents), shares: 1}]").contains("minimum_similarity"))
        #expect(problem("stage=1", "interleaved.documents=[{file: \(documents)}]").contains("interleaved"))
        #expect(problem("interleaved.documents=[{file: \(alone)}]").contains("none of its 1 documents"))
        let other = Repository.path("fixtures/parity/blip2-t5-d")
        #expect(throws: TrainingError.self) {
            var wanted = try recipe()
            wanted.base = other
            _ = try FinetuneRun(wanted, new: scratch.file("t5"))
        }
    }
}
