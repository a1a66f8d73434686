import Checkpoints
import Foundation
import ModelTraining
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Finetunes of a bridge that reads the prompt (InstructBLIP).
@Suite struct InstructionTuningTests {
    private let base = Repository.path("fixtures/encoders/instructblip-llama")

    @Test func `the instruction enters the bridge: the loss depends on it, row by row`() throws {
        let folder = try ModelFolder(path: base)
        let parity = try #require(ParityCase.instructed.first { $0.description == "instructblip-llama" })
        let pixels = try parity.tensor("batch_pixel_values")
        func row(_ instruction: String) throws -> TokenRow {
            TokenRow(prompt: [1, 5, 6], text: [7, 8, 2], instruction: try folder.instruction(instruction)?.ids[0])
        }
        func loss(_ instructions: [String]) throws -> Float {
            let rows = try instructions.map(row)
            return folder.model.loss(CaptioningBatch(pixels: pixels, rows: rows, for: folder.model)).scalar
        }

        let short = try loss(["a photo", "two cats on a couch in the snow"])
        let other = try loss(["a photo", "two dogs on a couch in the snow"])
        let batch = CaptioningBatch(
            pixels: pixels, rows: [try row("a photo"), try row("two cats on a couch in the snow")], for: folder.model)
        let parts = [0..<1, 1..<2].map { folder.model.loss(batch.rows($0)).scalar }

        #expect(short != other)
        #expect(abs(short - (parts[0] + parts[1]) / 2) <= 1e-5)
    }

    @Test func `a run trains the text side, and its bridge lies over the base and is exported whole`() throws {
        let scratch = try ScratchFolder()
        let data = try TinyDataset(in: scratch) { _ in false }
        var recipe = try FinetuneRecipe(assignments: ["steps=2", "batch=3", "checkpoint_every=2"])
        recipe.base = base
        recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
        let run = scratch.file("run")

        try FinetuneRun(recipe, new: run).train { _ in }

        let trained = try ModelFolder(path: base, bridge: run + "/bridge")
        let before = try ModelFolder(path: base)
        func word(_ folder: ModelFolder) -> [Float]? { folder.model.queryTransformer?.wordTable?.tensor.array }
        #expect(word(trained) != word(before))
        try FileManager.default.createDirectory(atPath: scratch.file("whole"), withIntermediateDirectories: true)
        try ModelExport(base: base, bridge: run + "/bridge").write(to: scratch.file("whole"))
        let whole = try ModelFolder(path: scratch.file("whole"))
        #expect(word(whole) == word(trained))
        #expect(try whole.instruction("two cats") == trained.instruction("two cats"))
    }
}
