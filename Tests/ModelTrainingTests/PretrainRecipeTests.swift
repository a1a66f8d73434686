import Foundation
import InterleavedData
import JSONText
import ModelTraining
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Recipes of pretrain runs, and the errors that they end with.
@Suite struct PretrainRecipeTests {
    /// The error of a recipe's text, or of what is set over the small recipe.
    private func problem(_ body: () throws -> Void) throws -> (key: String, problem: String) {
        let error = try #require(throws: TrainingError.self) { try body() }
        guard case .recipe(_, let key, let problem) = error else {
            Issue.record("\(error)")
            return ("", "")
        }
        return (key, problem)
    }

    @Test func `a recipe written out and read again is the same`() throws {
        let recipe = PretrainRecipe.small(files: ["a.txt"])
        #expect(try PretrainRecipe(text: RecipeText.text(of: recipe)) == recipe)
    }

    @Test func `what a recipe says of the model stands for all of it`() throws {
        let recipe = try PretrainRecipe(text: "model: {hidden_size: 64, num_attention_heads: 2}\nlength: 32")
        let configuration = try recipe.decoderConfiguration(vocabulary: 300, file: "r")

        #expect(configuration.width == 64 && configuration.sparsity == nil && configuration.experts == nil)
        #expect(configuration.vocabularySize == 300 && configuration.trainingLength == 32)
    }

    @Test func `keys of the model are set one by one, and taken out by null`() throws {
        let recipe = try PretrainRecipe(
            assignments: ["model.sparsity=null", "model.experts.count=4", "model.rope_theta=5000.0"])
        let configuration = try recipe.decoderConfiguration(vocabulary: 300, file: "r")

        #expect(configuration.sparsity == nil && configuration.experts?.experts == 4)
        #expect(configuration.rotaryBase == 5000 && configuration.width == 192)
    }

    @Test(arguments: [
        ("length=8", "length"), ("batch=0", "batch"), ("accumulation=9", "accumulation"), ("minutes=-1", "minutes"),
        ("hardening.begins=2", "hardening.begins"), ("held_out_share=0.9", "held_out_share"),
        ("optimiser.epsilon=0", "optimiser.epsilon"), ("text=[{files: [a], share: 0}]", "text[0].share"),
        ("text=[{files: [a], denoisers: {ul3: 1}}]", "text[0].denoisers.ul3"),
        ("text=[{files: [a], denoisers: {ul2: 0}}]", "text[0].denoisers"), ("colour=red", "colour"),
    ])
    func `values that no run can have are named`(_ assignment: String, _ key: String) throws {
        #expect(try problem { _ = try PretrainRecipe(assignments: [assignment]) }.key == key)
    }

    @Test(arguments: [
        ("model.hiden_size=3", "model.hiden_size"), ("model.sparsity.blok=3", "model.sparsity.blok"),
        ("model.hidden_act=swish", "model.hidden_act"), ("model.vocab_size=100", "model.vocab_size"),
        ("model.max_position_embeddings=32", "model.max_position_embeddings"),
        ("model.model_type=llama", "model.model_type"),
    ])
    func `a model that cannot be made is refused with the key`(_ assignment: String, _ key: String) throws {
        let recipe = try PretrainRecipe(assignments: [assignment])
        #expect(try problem { _ = try recipe.decoderConfiguration(vocabulary: 300, file: "r") }.key == key)
    }

    @Test func `a run without text, steps or files is refused before anything is written`() throws {
        let scratch = try ScratchFolder()
        let run = scratch.file("run")
        let text = try scratch.write(String(repeating: "one two three. ", count: 200), "a.txt")
        func begin(_ recipe: PretrainRecipe) throws { _ = try PretrainRun(recipe, new: run) }

        #expect(try problem { try begin(PretrainRecipe()) }.key == "text")
        #expect(try problem { try begin(.small(files: [text])) }.key == "steps")
        var recipe = PretrainRecipe.small(files: [text, scratch.file("none.txt")])
        recipe.steps = 1
        let missing = try #require(throws: TrainingError.self) { try begin(recipe) }
        #expect(missing.category == .missingInput && "\(missing)".contains("none.txt"))
        recipe = .small(files: [try scratch.write([0x61, 0xFF, 0x0A], "latin.txt")])
        recipe.steps = 1
        let damaged = try #require(throws: TrainingError.self) { try begin(recipe) }
        #expect(damaged.category == .badData)
        #expect(!FileManager.default.fileExists(atPath: run))
    }

    @Test func `other text than the run began with is refused`() throws {
        let scratch = try ScratchFolder()
        let text = try scratch.write(String(repeating: "one two three. ", count: 300), "a.txt")
        var recipe = try PretrainRecipe(
            text: RecipeText.text(of: PretrainRecipe.small(files: [text])),
            assignments: [
                "model.hidden_size=32", "model.num_hidden_layers=1", "model.num_attention_heads=2", "length=32",
                "batch=2",
                "dev.rows=0", "dev.tokens=0", "model.experts.intermediate_size=32", "model.intermediate_size=32",
            ])
        recipe.steps = 1
        let run = scratch.file("run")
        try PretrainRun(recipe, new: run).train { _ in }
        try FileManager.default.removeItem(atPath: run + "/text")
        try scratch.write(String(repeating: "one two four. ", count: 300), "a.txt")

        let error = try #require(throws: TrainingError.self) { _ = try PretrainRun(resuming: run) }
        guard case .textChanged = error else { throw error }
        #expect("\(error)".contains(run))
    }

    @Test func `a batch goes through a decoder as its documents do`() throws {
        let scratch = try ScratchFolder()
        let text = try scratch.write(String(repeating: "one two three four five. ", count: 300), "a.txt")
        var recipe = PretrainRecipe.small(files: [text])
        recipe.steps = 1
        recipe.length = 40
        let run = try PretrainRun(recipe, new: scratch.file("run"))
        let sampler = try TextSampler(
            parts: [.init(run.text.stores[0].training, recipe.text[0].mixture)], tokenizer: run.text.tokenizer, rows: 8,
            length: 40, seed: 3)
        let batch = try sampler.batch(step: 0)
        let rows = (0..<batch.rows).map { row in
            batch.segments.filter { $0.row == row }.map { segment -> PackedDocument in
                let isCausal = batch.denoisers[segment.denoiser] == "causal"
                return PackedDocument(tokens: segment.columns.count, prefix: isCausal ? 0 : segment.prefix)
            }
        }
        let expected = DecoderPass.documents(rows.map { $0 }, sequence: 40)

        #expect(batch.segments.contains { batch.denoisers[$0.denoiser] != "causal" })
        for (cell, isUsed) in batch.isUsed.enumerated() where isUsed {
            #expect(batch.pass.positions[cell] == expected.positions[cell])
            #expect(batch.pass.decayPositions[cell] == expected.decayPositions[cell])
        }
    }
}

/// The baseline of held-out text.
@Suite struct ByteBigramTests {
    @Test func `pairs and single bytes have the probabilities of the formula`() throws {
        var bigram = ByteBigram()
        bigram.add(Array("abab".utf8))

        // p(a) = 3/260; p(b | a) = (2 + 3/260)/(2 + 1)
        let expected = -(log2(3.0 / 260) + log2((2 + 3.0 / 260) / 3)) / 2
        #expect(abs(try #require(bigram.bitsPerByte(of: [Array("ab".utf8)])) - expected) < 1e-12)
        #expect(bigram.bitsPerByte(of: [[]]) == nil)
    }

    @Test func `probabilities of what may follow add up to one`() throws {
        var bigram = ByteBigram()
        bigram.add(Array("the cat sat on the mat".utf8))
        let first = try #require(bigram.bitsPerByte(of: [Array("t".utf8)]))
        let sum = try (0..<256).reduce(0.0) { sum, byte in
            let both = try #require(bigram.bitsPerByte(of: [[0x74, UInt8(byte)]])) * 2
            return sum + exp2(first - both)
        }

        #expect(abs(sum - 1) < 1e-9)
    }
}
