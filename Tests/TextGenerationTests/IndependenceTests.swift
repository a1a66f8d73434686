import Checkpoints
import TensorEngine
import TestFixtures
import Testing
import TextGeneration
import VisionLanguage

/// A sequence's answer is its own: company, an earlier question or the way through the cache do not change it.
/// (Threads: `ThreadTests` of CommandTests, since the number of threads belongs to a process.)
@Suite struct IndependenceTests {
    /// Prompts of many lengths, ids below the vocabulary's end.
    private func prompts(_ count: Int, below end: Int) -> [[Int]] {
        var generator = SeededGenerator(seed: 11)
        return (0..<count).map { index in (0...index * 3 % 40).map { _ in generator.integer(below: end) } }
    }

    @Test(arguments: ParityCase.pictured, [2, 7, 8, 9, 17])
    func `sequences advanced together equal each alone, to the bit`(parity: ParityCase, count: Int) throws {
        let folder = try ModelFolder(path: parity.folder)
        let model = folder.model.textModel
        let images = folder.model.imageEmbeddings(of: try parity.tensor("batch_pixel_values"))
        let prompts = prompts(count, below: folder.model.decoder.vocabularySize)
        let starts = prompts.enumerated().map { index, prompt in
            model.begin(after: model.prefix(of: [images[index % 2]]), prompt: prompt)
        }

        var together = starts.map(\.state)
        var alone = starts.map(\.state)
        var tokens = starts.map { TextGenerator.greatest($0.logits.array) }
        for _ in 0..<6 {
            let rows = model.advance(&together, by: tokens)
            for index in alone.indices {
                var single = [alone[index]]
                let row = model.advance(&single, by: [tokens[index]])
                alone[index] = single[0]
                #expect(row.element(0).array == rows.element(index).array, "sequence \(index)")
            }
            tokens = (0..<count).map { TextGenerator.greatest(rows.element($0).array) }
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `a picture's embeddings do not depend on those beside it`(parity: ParityCase) throws {
        let model = try parity.model(holding: .auto)
        let pixels = try parity.tensor("batch_pixel_values")

        let both = model.imageEmbeddings(of: pixels)
        let swapped = model.imageEmbeddings(of: .concatenated([pixels.slice(1..<2), pixels.slice(0..<1)]))

        #expect(both[0].array == swapped[1].array && both[1].array == swapped[0].array)
        #expect(model.imageEmbeddings(of: pixels.slice(1..<2))[0].array == both[1].array)
    }

    @Test(arguments: ParityCase.pictured)
    func `one prefix serves many prompts`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let model = folder.model.textModel
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let prompts = prompts(4, below: folder.model.decoder.vocabularySize)
        var options = GenerationOptions()
        options.maxTokens = 40
        let generator = TextGenerator(model: model, options: options)
        func answer(_ prompt: [Int], after prefix: ContextPrefix) -> TextGenerator.Sequence {
            var random = SeededGenerator(seed: 0)
            return generator.generate(after: prefix, prompt: prompt, using: &random)[0]
        }

        let shared = model.prefix(of: [images[0]])
        let first = prompts.map { answer($0, after: shared) }
        let again = prompts.reversed().map { answer($0, after: shared) }
        let fresh = prompts.map { answer($0, after: model.prefix(of: [images[0]])) }

        #expect(first == fresh)
        #expect(first == again.reversed())
    }

    @Test(arguments: ParityCase.pictured)
    func `cached equals uncached`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let model = folder.model.textModel
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let prefix = model.prefix(of: [images[0]])
        let prompt = prompts(3, below: folder.model.decoder.vocabularySize)[2]
        var (state, logits) = model.begin(after: prefix, prompt: prompt)
        var ids: [Int] = []
        // Over the end of a cache's block of 32 tokens.
        for _ in 0..<40 {
            ids.append(TextGenerator.greatest(logits.array))
            var states = [state]
            logits = model.advance(&states, by: [ids[ids.count - 1]]).element(0)
            state = states[0]
            // An encoder–decoder's answer is not part of what its encoder reads.
            let whole =
                folder.model.decoder.isEncoderDecoder
                ? model.logits(after: prefix, prompt: prompt, continuation: ids + [0]).element(ids.count)
                : model.begin(after: prefix, prompt: prompt + ids).logits
            #expect(difference(logits, whole) <= 1e-4, "after \(ids.count) tokens")
        }
    }
}
