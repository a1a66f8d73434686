import Foundation
import JSONText
import ModelTraining
import ReportPages
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Image tokens drawn to the embeddings of the tokens that they are to stand for.
@Suite struct EmbeddingAlignmentTests {
    private let base = Repository.path("fixtures/parity/blip2-olmoe-a")

    private func drawn(_ shape: [Int], seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor((0..<shape.reduce(1, *)).map { _ in Float(generator.unit()) - 0.5 }, shape)
    }

    /// The mean of −log softmax(−s/2·‖x − E_t‖²) of the tokens wanted, as it is written.
    private func expected(_ images: [Float], _ table: [Float], width: Int, rows: [(image: Int, id: Int)], s: Double)
        -> Double
    {
        var sum = 0.0
        for (image, id) in rows {
            let distances = (0..<table.count / width).map { token in
                (0..<width).reduce(0.0) { total, column in
                    let difference = Double(images[image * width + column] - table[token * width + column])
                    return total + difference * difference
                }
            }
            sum += s / 2 * distances[id] + log(distances.reduce(0.0) { $0 + exp(-s / 2 * $1) })
        }
        return sum / Double(rows.count)
    }

    @Test func `the loss is that of the distances to all embeddings, its gradient that of finite differences`() throws {
        let (width, queries) = (5, 3)
        let table = drawn([7, width], seed: 1)
        let meanings = [[4, 0], [], [2, 6, 1]]
        let rows = [(0, 4), (1, 0), (6, 2), (7, 6), (8, 1)]
        let images = drawn([3, queries, width], seed: 2).asLeaf
        let alignment = EmbeddingAlignment(table: table, sharpness: 3)

        let loss = alignment.loss(of: images, meanings: meanings)
        let gradient = try #require(loss.gradients()[images]).array

        let values = images.detached.array
        func exact(_ values: [Float]) -> Double {
            expected(values, table.array, width: width, rows: rows.map { (image: $0.0, id: $0.1) }, s: 3)
        }
        #expect(abs(Double(loss.scalar) - exact(values)) < 1e-5)
        for index in values.indices {
            var (above, below) = (values, values)
            above[index] += 1e-2
            below[index] -= 1e-2
            let slope = (exact(above) - exact(below)) / Double(above[index] - below[index])
            #expect(abs(Double(gradient[index]) - slope) < 2e-4, "\(index)")
        }
        let parts = alignment.loss(of: images, meanings: meanings, normaliser: 10)
        #expect(abs(parts.scalar - loss.scalar / 2) < 1e-6)
        #expect(alignment.loss(of: images, meanings: [[], [], []]).scalar == 0)
    }

    @Test func `a run brings image tokens nearer to what they are to stand for, in parts as whole`() throws {
        let scratch = try ScratchFolder()
        let data = try TinyDataset(in: scratch) { _ in false }
        func run(_ name: String, _ assignments: String...) throws -> [Double] {
            var recipe = try FinetuneRecipe(
                assignments: [
                    "steps=12", "batch=4", "learning_rate=0.02", "warmup_steps=1", "alignment.weight=1", "clip=1",
                    "alignment.text='seen: {caption}'",
                ] + assignments)
            recipe.base = base
            recipe.data = [FinetuneRecipe.DataEntry(pairs: data.path)]
            try FinetuneRun(recipe, new: scratch.file(name)).train(rehearses: false) { _ in }
            let records = try RunRecords(path: scratch.file(name + "/log.jsonl")).records
            for record in records where record["loss"] != nil {
                let parts = try #require(record["writing_loss"]?.double) + #require(record["alignment_loss"]?.double)
                #expect(abs(parts - (record["loss"]?.double ?? .nan)) < 1e-5)
            }
            return records.compactMap { $0["alignment_loss"]?.double }
        }

        let whole = try run("whole")
        let parts = try run("parts", "accumulation=3")

        let last = try #require(whole.last)
        #expect(whole.count == 12 && last < whole[0] - 0.1)
        #expect(abs(whole[0] - parts[0]) < 1e-5)
    }

    @Test(arguments: [
        ("stage: 1\nalignment: {weight: 1}", "alignment"), ("alignment: {weight: -1}", "alignment.weight"),
        ("alignment: {text: words}", "alignment.text"), ("alignment: {sharpness: 0}", "alignment.sharpness"),
        ("alignment: {weight: 1}\ninterleaved: {documents: [{file: x}]}", "alignment"),
    ])
    func `what cannot be aligned is refused by its key`(text: String, key: String) {
        #expect {
            _ = try FinetuneRecipe(text: text, file: "recipe.yaml")
        } throws: { error in
            guard case .recipe(_, let found, _)? = error as? TrainingError else { return false }
            return found == key
        }
    }
}
