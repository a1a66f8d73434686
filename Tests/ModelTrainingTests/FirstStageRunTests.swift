import Checkpoints
import Foundation
import JSONText
import ModelTraining
import ReportPages
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Whole runs of models that are made new: a first stage, and a second one that begins with it.
@Suite struct FirstStageRunTests {
    private let scratch: ScratchFolder
    private let decoder: TinyDecoder
    private let data: TinyDataset

    init() throws {
        scratch = try ScratchFolder()
        decoder = try TinyDecoder(in: scratch)
        data = try TinyDataset(in: scratch) { _ in false }
    }

    private func recipe(_ assignments: [String]) throws -> FinetuneRecipe {
        var recipe = try FinetuneRecipe(
            text: """
                steps: 9
                batch: 6
                checkpoint_every: 3
                learning_rate: 0.003
                average_decay: 0.9
                train: {part: vision}
                text: {caption_chance: 0.7}
                dev: {every: 4, answered: 3, rows: 4}
                """, assignments: assignments)
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        return recipe
    }

    private func first(_ assignments: String...) throws -> FinetuneRecipe {
        try recipe(
            [
                "stage=1",
                "parts.vision={hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, patch_size: 7}",
                "parts.image.size=28", "parts.queries=3", "parts.qformer={hidden_size: 16, num_hidden_layers: 2}",
                "parts.tokenizer=\(decoder.path)",
            ] + assignments)
    }

    @Test func `a picture's captions are true of it, whichever rows they stand in`() throws {
        let path = try scratch.write(
            """
            {"image": "0.png", "caption": "red"}
            {"image": "0.png", "caption": "crimson"}
            {"image": "1.png", "caption": "green", "split": "dev"}
            {"image": "1.png", "caption": "emerald", "split": "dev"}
            """, "apart.jsonl")
        var wanted = try first("steps=40", "batch=2", "learning_rate=0.01", "dev.every=40")
        wanted.data = [FinetuneRecipe.DataEntry(pairs: path)]
        try FinetuneRun(wanted, new: scratch.file("run")).train { _ in }

        let records = try RunRecords(path: scratch.file("run/log.jsonl")).records
        // There is nothing wrong to be refused: matching soon says yes to all.
        let matching = records.compactMap { $0["itm_loss"]?.double }
        #expect(matching.count == 40 && (matching.last ?? 9) < 0.1)
        let look = try #require(records.last { $0["dev_text_recall_1"] != nil })
        #expect(look["dev_text_recall_1"]?.double == 1 && look["dev_match_accuracy"] == nil)
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func log(of run: String) throws -> [String] {
        try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8).split(separator: "\n").map { line in
            String(line.replacing(/"seconds": [0-9.e-]+/, with: ""))
        }
    }

    private func values(_ parameters: [Parameter]) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor.array) })
    }

    @Test func `a first stage that was killed ends with the same model and log`() throws {
        let whole = scratch.file("whole")
        var copies: [String] = []
        try FinetuneRun(first(), new: whole).train { event in
            guard case .checkpointed(let step) = event, step < 9 else { return }
            let copy = scratch.file("killed at \(step)")
            do { try FileManager.default.copyItem(atPath: whole, toPath: copy) } catch { Issue.record(error) }
            copies.append(copy)
        }
        // A kill before the first checkpoint, with the base not yet written.
        let early = scratch.file("killed early")
        _ = try FinetuneRun(first(), new: early)
        try FileManager.default.removeItem(atPath: early + "/base")
        copies.append(early)

        #expect(copies.count == 3)
        for copy in copies {
            try FinetuneRun(resuming: copy).train { _ in }
            #expect(
                try bytes(copy + "/model/model.safetensors") == bytes(whole + "/model/model.safetensors"), "\(copy)")
            #expect(try log(of: copy) == log(of: whole), "\(copy)")
        }
        #expect(try FinetuneRun(resuming: whole).isFinished)
    }

    @Test func `the log tells each loss, dev rows are retrieved, the page is written`() throws {
        let run = scratch.file("run")
        var dev: [DevRecord] = []
        try FinetuneRun(first("dev.metric=recall", "dev.patience=9"), new: run).train { event in
            if case .evaluated(let record) = event { dev.append(record) }
        }
        let records = try RunRecords(path: run + "/log.jsonl").records
        let steps = records.filter { $0["loss"] != nil }

        #expect(steps.count == 9)
        for step in steps {
            let parts = try ["itc_loss", "itm_loss", "itg_loss"].map { try #require(step[$0]?.double) }
            let loss = try #require(step["loss"]?.double)
            #expect(abs(parts.reduce(0, +) - loss) <= 1e-5 * loss)
            #expect(try FirstStageModel.temperatures.contains(Float(#require(step["temperature"]?.double))))
        }
        #expect(dev.count == 3 && dev.contains(where: \.isBest))
        for record in dev {
            let facts = Dictionary(uniqueKeysWithValues: record.facts.map { ($0.key, $0.value) })
            for key in ["dev_text_recall_1", "dev_picture_recall_10", "dev_match_accuracy", "dev_itc_loss"] {
                let value = try #require(facts[key])
                #expect(value >= 0 && value.isFinite, "\(key)")
            }
            #expect(facts["dev_text_recall_10"] == 1 && record.answered == 3 && record.rows == 4)
        }
        #expect(try String(contentsOfFile: run + "/report.html", encoding: .utf8).contains("The first stage"))
        #expect(FileManager.default.fileExists(atPath: run + "/curves.svg"))
    }

    @Test func `a second stage begins with what the first one made, vision encoder included`() throws {
        let one = scratch.file("one")
        try FinetuneRun(first(), new: one).train(rehearses: false) { _ in }
        let made = values(try FirstStageFolder(path: one + "/model", seed: 0).model.parameters)
        let begun = values(try FirstStageFolder(path: one + "/base", seed: 0).model.parameters)
        #expect(made.keys.filter { made[$0] == begun[$0] }.isEmpty, "everything was trained")

        let two = scratch.file("two")
        try FinetuneRun(
            recipe([
                "parts.from=\(one)/model", "parts.language_model=\(decoder.path)",
                "parts.qformer={use_qformer_text_input: true}", "train.part=qformer",
            ]), new: two
        ).train(rehearses: false) { _ in }

        let base = values(try ModelFolder(path: two + "/base").model.parameters)
        let trained = values(try ModelFolder(path: two + "/base", bridge: two + "/bridge").model.parameters)
        for (name, value) in trained where name.hasPrefix("vision_model.") { #expect(value == made[name], "\(name)") }
        #expect(base["query_tokens"] == made["query_tokens"] && trained["query_tokens"] != made["query_tokens"])
        let words = "qformer.embeddings.word_embeddings.weight"
        #expect(base[words] == made["embeddings.word_embeddings.weight"] && trained[words] != base[words])
        for (name, value) in trained where name.hasPrefix("language_model.") { #expect(value == base[name], "\(name)") }
    }

    @Test func `a frozen vision encoder stays as it is, a trained part of it alone moves`() throws {
        for (name, assignment, moves) in [
            ("frozen", "train.part=qformer", [] as [String]),
            ("last", "train.vision_layers=1", ["layers.1.", "post_layernorm"]),
        ] {
            let run = scratch.file(name)
            try FinetuneRun(first("steps=2", assignment), new: run).train(rehearses: false) { _ in }
            let before = values(try FirstStageFolder(path: run + "/base", seed: 0).model.parameters)
            let after = values(try FirstStageFolder(path: run + "/model", seed: 0).model.parameters)
            for (path, value) in after where path.hasPrefix("vision_model.") {
                #expect((value != before[path]) == moves.contains(where: path.contains), "\(path)")
            }
        }
    }

    @Test func `matching learns what tells pictures of four colours apart`() throws {
        let run = scratch.file("run")
        try FinetuneRun(
            first("steps=300", "batch=12", "dev.every=300", "text.caption_chance=1", "average_decay=0"), new: run
        ).train(rehearses: false) { _ in }
        let records = try RunRecords(path: run + "/log.jsonl").records
        let last = try #require(records.last { $0["dev_loss"] != nil })
        #expect(last["dev_text_recall_1"]?.double == 1 && last["dev_picture_recall_1"]?.double == 1)
        #expect(try #require(last["dev_match_accuracy"]?.double) >= 0.9)
        #expect(last["dev_exact_match"]?.double == 1)
    }

    @Test(arguments: [
        ("accumulation=2", "accumulation"), ("bridge=x", "bridge"), ("parts.language_model=x", "parts.language_model"),
        ("train.part=projection", "train.part"), ("first_stage.compare=-1", "first_stage"),
        ("first_stage.match_rows=-1", "first_stage.match_rows"), ("first_stage.smoothing=1", "first_stage.smoothing"),
        ("first_stage.statement=words", "first_stage.statement"),
        ("feature_cache=true", "feature_cache"), ("bridge_kind=linear", "bridge_kind"), ("base=x", "parts"),
        ("stage=3", "stage"), ("stage=0", "stage"),
    ])
    func `what a first stage cannot have is told by its key`(assignment: String, key: String) throws {
        let error = try #require(throws: TrainingError.self) { _ = try first(assignment) }
        guard case .recipe(_, key, let problem) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!problem.isEmpty)
    }

    @Test func `the second stage retrieves nothing, and a folder that only writes has no first stage`() throws {
        #expect(throws: TrainingError.self) { _ = try recipe(["dev.metric=recall"]) }
        var wanted = try recipe(["stage=1"])
        wanted.base = Repository.path("fixtures/parity/blip2-olmoe-a")
        let error = try #require(throws: TrainingError.self) { _ = try FinetuneRun(wanted, new: scratch.file("run")) }
        guard case .model(.notARetrievalModel) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.file("run")))
    }
}
