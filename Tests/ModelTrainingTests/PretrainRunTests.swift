import Checkpoints
import Foundation
import InterleavedData
import JSONText
import ModelTraining
import ReportPages
import TensorEngine
import TestFixtures
import Testing
import TextTokens
import VisionLanguage

/// Whole pretrain runs of tiny decoders: they resume bit for bit, learn, and end with one clear error where they must.
@Suite struct PretrainRunTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Sentences of a small grammar, drawn from a seed.
    private func corpus(lines: Int = 400, seed: UInt64 = 1) throws -> String {
        var generator = SeededGenerator(seed: seed)
        func one(_ words: [String]) -> String { words[generator.integer(below: words.count)] }
        let sentences = (0..<lines).map { _ in
            "The \(one(["red", "green", "old"])) \(one(["cat", "dog", "bird"])) \(one(["sees", "likes"])) "
                + "a \(one(["small", "blue"])) \(one(["house", "tree", "boat"]))."
        }
        return try scratch.write(sentences.joined(separator: "\n"), "corpus.txt")
    }

    private func recipe(_ assignments: String...) throws -> PretrainRecipe {
        let settings = [
            "model.hidden_size=32", "model.num_hidden_layers=2", "model.num_attention_heads=2",
            "model.experts.count=4", "model.experts.intermediate_size=32", "model.sparsity.block_size=4",
            "model.sparsity.controller_rank=8", "model.intermediate_size=32", "length=48", "batch=4", "steps=12",
            "checkpoint_every=4", "dev.every=6", "dev.rows=2", "dev.tokens=256", "dev.shown=1", "layers_every=3",
            "warmup_steps=2", "precision=f32",
        ]
        return try PretrainRecipe(
            text: try RecipeText.text(of: PretrainRecipe.small(files: [])), assignments: settings + assignments,
            files: [try corpus()])
    }

    /// Names and bytes of the finished model's tensors.
    private func tensors(of run: String) throws -> [String: [UInt8]] {
        let folder = try CheckpointFolder(path: run + "/model")
        return Dictionary(
            uniqueKeysWithValues: folder.files.flatMap { file in file.entries.map { ($0.name, file.bytes(of: $0)) } })
    }

    /// The log's lines without times.
    private func log(of run: String) throws -> [String] {
        try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8).split(separator: "\n").map { line in
            String(line.replacing(/"seconds": [0-9.e-]+/, with: ""))
        }
    }

    @Test(arguments: [
        [],
        [
            "model.experts.routing=bias_balanced", "average_decay=0.9", "accumulation=2", "optimiser.rule=lion",
            "learning_rate=0.0003",
        ],
    ])
    func `a run that was killed at any checkpoint ends with the same model and log`(_ settings: [String]) throws {
        var recipe = try recipe()
        for setting in settings {
            recipe = try PretrainRecipe(text: try RecipeText.text(of: recipe), assignments: [setting])
        }
        let whole = scratch.file("whole")
        var copies: [String] = []
        try PretrainRun(recipe, new: whole).train { event in
            guard case .checkpointed(let step) = event else { return }
            let copy = scratch.file("killed at \(step)")
            do { try FileManager.default.copyItem(atPath: whole, toPath: copy) } catch { Issue.record(error) }
            copies.append(copy)
        }
        let expected = try tensors(of: whole)
        #expect(copies.count == 3 && expected.count > 20)
        // A kill before the first checkpoint, and one in the middle of writing another.
        let early = scratch.file("killed early")
        _ = try PretrainRun(recipe, new: early)
        try Data([1, 2, 3]).write(to: URL(filePath: copies[1] + "/.checkpoint.safetensors.x.partial"))
        copies.append(early)
        // From the first checkpoint on the texts themselves are not needed.
        for copy in copies {
            try PretrainRun(resuming: copy).train { _ in }
            #expect(try tensors(of: copy) == expected, "\(copy)")
            #expect(try log(of: copy) == log(of: whole), "\(copy)")
        }
        let finished = try PretrainRun(resuming: whole)
        #expect(finished.isFinished)
        var events = 0
        try finished.train { _ in events += 1 }
        #expect(events == 1)
    }

    @Test(arguments: [("f32", DType.f32), ("bf16", .bf16)])
    func `the model is stored as the recipe says, vectors in float32`(stored: String, dtype: DType) throws {
        let run = scratch.file(stored)
        try PretrainRun(recipe("steps=2", "stored=\(stored)"), new: run).train { _ in }

        let parameters = try LanguageModelFolder(path: run + "/model").parameters
        #expect(parameters.contains { $0.tensor.shape.count >= 2 })
        #expect(parameters.allSatisfy { $0.tensor.dtype == ($0.tensor.shape.count < 2 ? .f32 : dtype) })
    }

    @Test func `a run learns, and its folder holds a model that goes on from a text`() throws {
        let run = try PretrainRun(
            recipe("steps=60", "learning_rate=0.01", "dev.every=30", "checkpoint_every=100"), new: scratch.file("run"))
        var looks: [HeldOutRecord] = []
        try run.train { if case .evaluated(let record) = $0 { looks.append(record) } }

        #expect(looks.count == 2 && looks[0].samples.count == 1)
        let names = Set(looks[1].denoisers.map(\.name))
        #expect(names == ["causal", "R(3,0.15)", "X(8,0.5)", "S"])
        let bits = try #require(looks[1].text?.bitsPerByte)
        // Five choices of 3·3·2·2·3 in 34 bytes: 0.2 bits a byte; letters by their counts would be 4.
        #expect(bits < 1.2, "\(bits)")
        let records = try RunRecords(path: scratch.file("run/log.jsonl"))
        let losses = records.series("loss").map(\.y)
        #expect(losses.count == 60 && losses.suffix(5).reduce(0, +) < 0.5 * losses.prefix(5).reduce(0, +))
        for key in [
            "denoisers.causal", "held_out_perplexity.R(3,0.15)", "held_out_bits_per_byte.text", "router_entropy",
            "router_violation", "router_dropped", "unused_units", "tokens",
        ] {
            #expect(!records.series(key).isEmpty, "\(key)")
        }
        let layers = try #require(records.records.last { $0["layers"] != nil }?["layers"]?.array)
        #expect(layers.count == 2 && layers[0]["load"]?.array?.count == 4)
        #expect(layers.allSatisfy { $0["active_units"]?.double == 0.25 })
        #expect(try !scratch.text("run/curves.svg").contains("no data"))
        for name in ["curves.svg", "report.html", "model/tokenizer.json", "model/lorgnette.json"] {
            #expect(FileManager.default.fileExists(atPath: scratch.file("run/" + name)), "\(name)")
        }
        let folder = try LanguageModelFolder(path: scratch.file("run/model"))
        let tokenizer = try TextTokenizer(folder: URL(filePath: scratch.file("run/model")))
        #expect(folder.model.vocabularySize == tokenizer.identifierEnd)
        #expect(folder.endIDs == Set([tokenizer.endOfSentence].compactMap(\.self)) && !folder.endIDs.isEmpty)
        #expect(try scratch.text("run/model/lorgnette.json").contains("[S2S]"))
    }

    @Test func `minutes become steps once, and are those of the resumed run`() throws {
        let path = scratch.file("run")
        let run = try PretrainRun(recipe("steps=0", "minutes=0.05"), new: path)
        #expect(run.recipe.steps == 0)
        try run.train { _ in }

        let steps = run.recipe.steps
        #expect(steps >= 1 && run.step == steps)
        #expect(try PretrainRun(resuming: path).isFinished)
        #expect(try scratch.text("run/recipe.yaml").contains("steps: \(steps)"))
    }

    @Test(arguments: [700, 3_000, 9_000])
    func `something is held out of every text`(_ bytes: Int) throws {
        let text = try String(contentsOfFile: corpus(), encoding: .utf8)
        let file = try scratch.write(String(text.prefix(bytes)), "small.txt")
        var recipe = try recipe("steps=1")
        recipe.text[0].files = [file]
        let run = try PretrainRun(recipe, new: scratch.file("run"))
        #expect(run.text.stores[0].heldOut.tokenCount > 0 && run.text.stores[0].training.tokenCount > 0)
        var looks = 0
        try run.train { if case .evaluated(let record) = $0 { looks += record.text?.tokens ?? 0 > 0 ? 1 : 0 } }
        #expect(looks == 1)
    }

    @Test func `accumulation changes the gradients by rounding alone`() throws {
        func first(_ accumulation: Int, in folder: String) throws -> [String: [Float]] {
            let run = try PretrainRun(
                recipe("accumulation=\(accumulation)", "steps=1")
                    .dense, new: scratch.file(folder))
            try run.train { _ in }
            let stored = try SafetensorsFile(path: scratch.file(folder + "/checkpoint.safetensors"))
            return try Dictionary(
                uniqueKeysWithValues: stored.entries.filter { $0.name.hasPrefix("mean.") }.map {
                    ($0.name, try stored.tensor(named: $0.name).array)
                })
        }
        let (whole, parts) = (try first(1, in: "whole"), try first(3, in: "parts"))
        #expect(whole.count == parts.count && whole.count > 10)
        for (name, gradient) in whole {
            let other = try #require(parts[name])
            let scale = gradient.map(abs).max() ?? 0
            for (a, b) in zip(gradient, other) { #expect(abs(a - b) <= 1e-4 * scale + 1e-9, "\(name)") }
        }
    }

    @Test func `the words of pictures are trained on as prompts and answers`() throws {
        let rows = (0..<60).map { index in
            let name = ["apple", "pear", "plum"][index % 3]
            return
                #"{"image": "\#(index).png", "caption": "a \#(name)", "qa": [["what is it", "\#(name)"]], "split": "train"}"#
        }
        let pairs = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")
        var recipe = try recipe("steps=2", "held_out_share=0.3")
        var entry = PretrainRecipe.TextEntry(files: [pairs])
        entry.layout = .pairs
        entry.denoisers = ["prompts": 1]
        entry.removesDuplicates = false
        entry.contextShare = 0.5
        recipe.text.append(entry)
        let run = try PretrainRun(recipe, new: scratch.file("run"))
        var last: HeldOutRecord?
        try run.train { if case .evaluated(let record) = $0 { last = record } }

        let documents = run.text.stores[1].statistics.reduce(0) { $0 + $1.documents }
        #expect(documents > 120, "captions, questions and some of both again behind passages")
        #expect(last?.denoisers.map(\.name).contains("prompt") == true)
    }
}

extension PretrainRecipe {
    /// The recipe with dense feed-forwards and no experts.
    fileprivate var dense: PretrainRecipe {
        var recipe = self
        var members = model.members
        members["experts"] = nil
        members["sparsity"] = nil
        recipe.model = .table(members)
        return recipe
    }
}
