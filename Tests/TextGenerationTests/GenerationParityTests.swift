import Checkpoints
import TensorEngine
import TestFixtures
import Testing
import TextGeneration
import VisionLanguage

/// Generated ids and their probabilities against transformers.
@Suite struct GenerationParityTests {
    /// What a case's model writes after the pictures' embeddings and a prompt.
    private func generated(
        _ folder: ModelFolder, image: Tensor, prompt: [Int], _ options: GenerationOptions
    ) -> [TextGenerator.Sequence] {
        let text = folder.model.textModel
        var generator = SeededGenerator(seed: 0)
        let context = Array(repeating: folder.model.imageTokenID ?? -1, count: folder.model.queries)
        return TextGenerator(model: text, options: options)
            .generate(after: text.prefix(of: [image]), prompt: prompt, context: context, using: &generator)
    }

    /// The ids of a reference row after `start`, up to and with the first end token.
    private func new(_ row: [Int], after start: Int, ends: Set<Int>) -> [Int] {
        let ids = Array(row.dropFirst(start))
        return ids.firstIndex(where: ends.contains).map { Array(ids[...$0]) } ?? ids
    }

    /// How many ids of a reference row were there before anything was written.
    private func start(_ folder: ModelFolder, _ input: [Int]) -> Int {
        folder.model.decoder.isEncoderDecoder ? 1 : input.count
    }

    /// The options that the references were made with.
    private func greedy(_ folder: ModelFolder, tokens: Int) throws -> GenerationOptions {
        var options = try GenerationOptions(folder: folder.path, endTokens: folder.configuration.endIDs)
        options.maxTokens = tokens
        return options
    }

    @Test(arguments: ParityCase.pictured)
    func `greedy ids and the logits behind them`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let input = try parity.integers("input_ids")[0]
        let prompt = input.filter { $0 != folder.model.imageTokenID }
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let reference = try parity.integers("generated_ids")[0]
        let options = try greedy(folder, tokens: reference.count - start(folder, input))

        let sequence = generated(folder, image: images[0], prompt: prompt, options)[0]

        #expect(sequence.ids == new(reference, after: start(folder, input), ends: options.endTokens))
        let expected = try parity.tensor("generated_logits").element(0)  // [new, vocabulary]
        for (index, id) in sequence.ids.enumerated() {
            let wanted = expected.slice(index..<index + 1).logSoftmax().array[id]
            #expect(abs(sequence.logProbabilities[index] - wanted) <= 1e-4)
        }
        let scored = folder.model.textModel.logits(
            after: folder.model.textModel.prefix(of: [images[0]]), prompt: prompt, continuation: sequence.ids)
        #expect(difference(scored, expected.slice(0..<sequence.ids.count)) <= 1e-4)
    }

    @Test(arguments: ParityCase.pictured)
    func `greedy ids of pictures that the reference computed in one padded batch`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let inputs = try parity.integers("batch_input_ids")
        let visible = try parity.integers("batch_attention_mask")
        let images = folder.model.imageEmbeddings(of: try parity.tensor("batch_pixel_values"))
        for (index, reference) in try parity.integers("batch_generated_ids").enumerated() {
            let prompt = zip(inputs[index], visible[index]).filter { $1 == 1 && $0 != folder.model.imageTokenID }
                .map(\.0)
            let options = try greedy(folder, tokens: reference.count - start(folder, inputs[index]))

            let sequence = generated(folder, image: images[index], prompt: prompt, options)[0]

            let expected = new(reference, after: start(folder, inputs[index]), ends: options.endTokens)
            #expect(sequence.ids == expected, "picture \(index)")
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `captions without a prompt`(parity: ParityCase) throws {
        // transformers has no caption without a prompt for encoder–decoders: they have no start token.
        guard parity.reference.entry(named: "caption_ids") != nil else { return }
        let folder = try ModelFolder(path: parity.folder)
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let prompt = try folder.promptIDs(nil)
        let start = folder.model.queries + prompt.count
        let reference = try parity.integers("caption_ids")[0]
        let options = try greedy(folder, tokens: reference.count - start)

        let sequence = generated(folder, image: images[0], prompt: prompt, options)[0]

        #expect(Array(reference[folder.model.queries..<start]) == prompt)
        #expect(sequence.ids == new(reference, after: start, ends: options.endTokens))
    }

    @Test(arguments: ParityCase.pictured)
    func `beams of three`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let input = try parity.integers("input_ids")[0]
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        let reference = try parity.integers("beam3_ids")[0]
        var options = try greedy(folder, tokens: reference.count - start(folder, input))
        options.beams = 3

        let prompt = input.filter { $0 != folder.model.imageTokenID }
        let sequences = generated(folder, image: images[0], prompt: prompt, options)

        #expect(sequences.count == 1)
        #expect(sequences[0].ids == new(reference, after: start(folder, input), ends: options.endTokens))
    }

    @Test(
        arguments: Dictionary(grouping: GenerationGoldens.searches, by: \.name).sorted { $0.key < $1.key }.map(\.value))
    func `searches of every kind`(searches: [GenerationGoldens.Search]) throws {
        let parity = try ParityCase.named(searches[0].name)
        let folder = try ModelFolder(path: parity.folder)
        let prompt = try parity.integers("input_ids")[0].filter { $0 != folder.model.imageTokenID }
        let images = folder.model.imageEmbeddings(of: try parity.tensor("pixel_values"))
        for search in searches {
            var options = search.options
            if options.endTokens.isEmpty {
                options.endTokens = try greedy(folder, tokens: 1).endTokens
            }

            let sequences = generated(folder, image: images[0], prompt: prompt, options)

            #expect(sequences.map(\.ids) == search.ids, "\(search)")
        }
    }

    @Test func `there are searches`() { #expect(GenerationGoldens.searches.count > 100) }
}
