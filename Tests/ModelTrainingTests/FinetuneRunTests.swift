import Checkpoints
import Foundation
import JSONText
import ModelTraining
import ReportPages
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Whole finetune runs of a tiny model: they resume bit for bit, and end with one clear error where they must.
@Suite struct FinetuneRunTests {
    private let base = Repository.path("fixtures/parity/blip2-olmoe-a")
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func dataset(_ isDamaged: (Int) -> Bool = { _ in false }) throws -> TinyDataset {
        try TinyDataset(in: scratch, isDamaged: isDamaged)
    }

    private func recipe(_ data: TinyDataset, _ assignments: String...) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            assignments: [
                "steps=12", "batch=5", "checkpoint_every=3", "learning_rate=0.003", "average_decay=0.9", "dev.every=4",
                "dev.answered=2",
            ] + assignments)
        recipe.base = base
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        return recipe
    }

    /// Names and bytes of the finished bridge's tensors.
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

    @Test func `a run that was killed at any checkpoint ends with the same bridge and log`() throws {
        let data = try dataset { $0 == 3 }
        let whole = scratch.file("whole")
        var copies: [String] = []
        try FinetuneRun(recipe(data), new: whole).train { event in
            guard case .checkpointed(let step) = event else { return }
            let copy = scratch.file("killed at \(step)")
            do { try FileManager.default.copyItem(atPath: whole, toPath: copy) } catch { Issue.record(error) }
            copies.append(copy)
        }
        let expected = try bridge(of: whole)
        #expect(copies.count == 4 && expected.count > 20)
        // A kill before the first checkpoint, and one in the middle of writing another.
        let early = scratch.file("killed early")
        _ = try FinetuneRun(recipe(data), new: early)
        try Data([1, 2, 3]).write(to: URL(filePath: copies[1] + "/.checkpoint.safetensors.x.partial"))
        copies.append(early)

        for copy in copies {
            try FinetuneRun(resuming: copy).train { _ in }
            #expect(try bridge(of: copy) == expected, "\(copy)")
            #expect(try log(of: copy) == log(of: whole), "\(copy)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: copy).allSatisfy { !$0.hasSuffix(".partial") })
        }
        let finished = try FinetuneRun(resuming: whole)
        #expect(finished.isFinished)
        var events = 0
        try finished.train { _ in events += 1 }
        #expect(events == 1)
    }

    @Test func `the bridge belongs to its base and to no other`() throws {
        let run = scratch.file("run")
        try FinetuneRun(recipe(dataset()), new: run).train(rehearses: false) { _ in }

        let folder = try ModelFolder(path: base, bridge: run + "/bridge")
        let plain = try ModelFolder(path: base)
        let changed = zip(folder.model.parameters, plain.model.parameters).filter { $0.tensor.array != $1.tensor.array }
        #expect(!changed.isEmpty && changed.allSatisfy { TrainingPlan(.qformer).trains($0.0.name) })

        let other = try ScratchFolder(copying: base)
        let path = other.file("preprocessor_config.json")
        try (String(contentsOfFile: path, encoding: .utf8) + " ").write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            _ = try ModelFolder(path: other.path, bridge: run + "/bridge")
        } throws: { error in
            guard case .wrongBase(_, _, let parts)? = error as? ModelFolderError else { return false }
            return parts == ["preprocessing"] && "\(error)".contains("preprocessing")
        }
    }

    @Test func `pictures that cannot be read are told, counted and replaced`() throws {
        var skipped: [String] = []
        try FinetuneRun(recipe(dataset { $0 % 3 == 0 && $0 < 12 }), new: scratch.file("run")).train { event in
            if case .skipped(let row, let reason) = event {
                skipped.append(row)
                #expect(reason.contains(row))
            }
        }
        #expect(Set(skipped) == ["0.png", "3.png", "6.png", "9.png"] && skipped.count == 4)
        let records = try RunRecords(path: scratch.file("run/log.jsonl")).records
        #expect(records.count(where: { $0["skipped"] != nil }) == 4)
        #expect(records.count(where: { $0["loss"] != nil }) == 12)
    }

    @Test func `a loss that is no number stops the run before it reaches the weights`() throws {
        let run = try FinetuneRun(
            recipe(dataset(), "learning_rate=1e30", "warmup_steps=1", "clip=0"), new: scratch.file("run"))
        #expect {
            try run.train(rehearses: false) { _ in }
        } throws: { error in
            guard case .notFinite(let step, _, let rows)? = error as? TrainingError else { return false }
            return step >= 1 && rows.count == 5 && "\(error)".contains(rows[0])
        }
        let stored = try? CheckpointFolder(path: scratch.file("run/checkpoint.safetensors"))
        #expect(stored == nil, "no checkpoint was due yet")
    }

    @Test func `parts of a step give the weights of the whole step`() throws {
        let data = try dataset()
        try FinetuneRun(recipe(data, "steps=3"), new: scratch.file("whole")).train { _ in }
        try FinetuneRun(recipe(data, "steps=3", "accumulation=3"), new: scratch.file("parts")).train { _ in }

        func first(_ run: String, _ key: String) throws -> Double {
            let records = try RunRecords(path: scratch.file(run + "/log.jsonl")).records
            let numbers: [Double] = records.compactMap { record in record[key]?.double }
            return try #require(numbers.first)
        }
        #expect(try abs(first("whole", "loss") - first("parts", "loss")) < 1e-5)
        let one = try first("whole", "gradient_norm")
        let other = try first("parts", "gradient_norm")
        #expect(abs(one - other) < 1e-4 * one)
    }

    @Test(.enabled(if: ProductPrecision.bf16.isSupported, "this processor multiplies no bf16"))
    func `bf16 products train as float32 ones do, and resume bit for bit`() throws {
        let data = try dataset()
        func losses(of run: String) throws -> [Double] {
            try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8).split(separator: "\n").compactMap { line in
                let row = try JSONValue(parsing: Array(line.utf8))
                return row["learning_rate"] == nil ? nil : row["loss"]?.double
            }
        }
        let (whole, exact, killed) = (scratch.file("bf16"), scratch.file("f32"), scratch.file("killed"))
        try FinetuneRun(recipe(data, "precision=bf16"), new: whole).train { event in
            guard case .checkpointed(step: 6) = event else { return }
            do { try FileManager.default.copyItem(atPath: whole, toPath: killed) } catch { Issue.record(error) }
        }
        try FinetuneRun(recipe(data), new: exact).train { _ in }
        try FinetuneRun(resuming: killed).train { _ in }
        #expect(try bridge(of: killed) == bridge(of: whole))
        let (rounded, reference) = (try losses(of: whole), try losses(of: exact))
        #expect(rounded != reference, "bf16 products were not used")
        for (a, b) in zip(rounded, reference) { #expect(abs(a - b) <= 0.02 * b) }
    }

    @Test func `a run ends early with its best weights`() throws {
        var stopped: (step: Int, best: Int)?
        // Weights that get worse and worse.
        try FinetuneRun(
            recipe(
                dataset(), "steps=40", "learning_rate=0.5", "dev.every=2", "dev.patience=2", "average_decay=0"),
            new: scratch.file("run")
        ).train { if case .stoppedEarly(let step, let best) = $0 { stopped = (step, best) } }
        let end = try #require(stopped)
        #expect(end.step == end.best + 4 && end.step < 40)
        let best = try SafetensorsFile(path: scratch.file("run/best.safetensors"))
        let bridge = try BridgeFolder(path: scratch.file("run/bridge"))
        for entry in best.entries {
            let kept = try #require(bridge.weights.file(of: entry.name))
            #expect(try kept.tensor(named: entry.name).array == best.tensor(named: entry.name).array)
        }
    }

    @Test func `a folder that is taken, or no run, is refused`() throws {
        let data = try dataset()
        let path = scratch.file("run")
        _ = try FinetuneRun(recipe(data), new: path)
        #expect { _ = try FinetuneRun(recipe(data), new: path) } throws: {
            if case .folderTaken? = $0 as? TrainingError { "\($0)".contains("--resume") } else { false }
        }
        #expect { _ = try FinetuneRun(resuming: scratch.path) } throws: {
            if case .notARun? = $0 as? TrainingError { true } else { false }
        }
        try Data("not a checkpoint".utf8).write(to: URL(filePath: path + "/checkpoint.safetensors"))
        #expect(throws: TrainingError.self) { _ = try FinetuneRun(resuming: path) }
    }
}
