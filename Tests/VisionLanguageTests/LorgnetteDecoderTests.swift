import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

@Suite struct LorgnetteDecoderTests {
    /// Prompt (the prefix, where it is read both ways) of 9 tokens, more tokens than the training length of 12 after it.
    private static let prompt = 9
    private static let ids = tokens(28)

    /// Logits of the whole sequence at once, from the last token of the prompt on.
    private func whole(_ decoder: LorgnetteDecoder) -> Tensor {
        let prefix = decoder.readsPrefixBothWays ? Self.prompt : 0
        var pass = DecoderPass.documents(
            [[PackedDocument(tokens: Self.ids.count, prefix: prefix)]], sequence: Self.ids.count)
        return decoder.logits(ids: [Self.ids], pass: &pass).element(0).slice(Self.prompt - 1..<Self.ids.count)
    }

    @Test(arguments: DecoderGrid.all) func `cached equals uncached, beyond the training length too`(grid: DecoderGrid) {
        let (decoder, _) = grid.decoder()
        let model = DecoderOnlyModel(decoder)

        let whole = whole(decoder)
        let (state, first) = model.begin(after: model.prefix(of: []), prompt: Array(Self.ids[..<Self.prompt]))
        var states = [state]
        var rows = [first.reshaped([1, first.count])]
        for token in Self.ids[Self.prompt...] { rows.append(model.advance(&states, by: [token])) }

        let cached = Tensor.concatenated(rows)
        let size = whole.array.map(abs).max() ?? 0
        #expect(size > 0.1)
        #expect(difference(cached, whole) < 2e-5 * max(1, size))
    }

    @Test(arguments: DecoderGrid.all) func `a chunk after the cache equals tokens one by one`(grid: DecoderGrid) {
        let (decoder, _) = grid.decoder()
        let model = DecoderOnlyModel(decoder)
        let prompt = Array(Self.ids[..<Self.prompt])

        let chunk = model.logits(
            after: model.prefix(of: []), prompt: prompt, continuation: Array(Self.ids[Self.prompt...]))

        let whole = whole(decoder).slice(0..<Self.ids.count - Self.prompt)
        let size = max(1, whole.array.map(abs).max() ?? 0)
        #expect(difference(chunk, whole) < 2e-5 * size)
    }

    @Test(arguments: DecoderGrid.all) func `a later token changes nothing before it`(grid: DecoderGrid) {
        let (decoder, _) = grid.decoder()
        var other = Self.ids
        other[20] = (other[20] + 1) % 50

        let logits = [Self.ids, other].map { ids in
            var pass = DecoderPass.documents(
                [[PackedDocument(tokens: ids.count, prefix: decoder.readsPrefixBothWays ? 4 : 0)]], sequence: ids.count)
            return decoder.logits(ids: [ids], pass: &pass).element(0)
        }

        // Experts multiply their tokens together, so the last bits depend on how many there are.
        let size = max(1, logits[0].array.map(abs).max() ?? 0)
        let (before, after) = (
            difference(logits[0].slice(0..<20), logits[1].slice(0..<20)),
            difference(logits[0].slice(20..<21), logits[1].slice(20..<21))
        )
        #expect(before < 1e-5 * size, "\(before)")
        #expect(after > 1e-2 * size, "\(after)")
    }

    @Test(arguments: DecoderGrid.all) func `training reaches every parameter that is trained`(grid: DecoderGrid) throws
    {
        let (decoder, parameters) = grid.decoder()
        let trained = parameters.filter { decoder.settings[$0.name]?.isTrained ?? false }
        for parameter in trained { parameter.setTrainable(true) }
        let rows = [tokens(12, seed: 2), tokens(12, seed: 3)]
        let prefix = decoder.readsPrefixBothWays ? 4 : 0

        for hardRate in [0.0, 1.0] {
            var pass = DecoderPass.documents(
                rows.map { _ in [PackedDocument(tokens: 7, prefix: prefix), PackedDocument(tokens: 5)] }, sequence: 12)
            pass.training = TrainingMode(using: SeededGenerator(seed: 4), hardRate: hardRate)
            pass.reports = LayerReports()
            let logits = decoder.logits(ids: rows, pass: &pass)
            let loss = logits.crossEntropy(labels: rows.flatMap { Array($0.dropFirst()) + [-100] })
            let total = pass.reports?.auxiliaryLoss.map { loss + $0 } ?? loss
            let gradients = total.gradients()

            #expect(parameters.allSatisfy { decoder.settings[$0.name] != nil })
            for parameter in trained {
                let gradient = gradients[parameter]
                // An expert that no token chose has none.
                if gradient == nil, parameter.name.contains(".experts.") { continue }
                let elements = try #require(gradient, "\(parameter.name)").array
                #expect(elements.allSatisfy { $0.isFinite } && elements.contains { $0 != 0 }, "\(parameter.name)")
            }
        }
    }

    @Test(arguments: DecoderGrid.all) func `the seed makes a training step, nothing else does`(grid: DecoderGrid) {
        let (decoder, _) = grid.decoder()
        let ids = tokens(24, seed: 2)
        func logits(_ seed: UInt64?) -> [Float] {
            var pass = DecoderPass.documents([[PackedDocument(tokens: 24)]], sequence: 24)
            pass.training = seed.map { TrainingMode(using: SeededGenerator(seed: $0), hardRate: 1) }
            return decoder.logits(ids: [ids], pass: &pass).array
        }

        #expect(logits(1) == logits(1))
        #expect(logits(nil) == logits(nil))
        let isOther = logits(1) != logits(2)
        #expect(isOther == (grid.configuration.sparsity != nil))
    }

    @Test func `a prefix is seen both ways, what follows is not`() {
        var configuration = DecoderGrid.small
        configuration.mask = .prefix
        let (decoder, _) = DecoderGrid(testDescription: "", configuration: configuration).decoder()
        func logits(changing index: Int) -> Tensor {
            var ids = tokens(10)
            ids[index] = (ids[index] + 1) % 50
            var pass = DecoderPass.documents([[PackedDocument(tokens: 10, prefix: 4)]], sequence: 10)
            return decoder.logits(ids: [ids], pass: &pass).element(0)
        }
        var pass = DecoderPass.documents([[PackedDocument(tokens: 10, prefix: 4)]], sequence: 10)
        let plain = decoder.logits(ids: [tokens(10)], pass: &pass).element(0)

        let (inside, after) = (logits(changing: 3), logits(changing: 4))

        #expect((0..<4).allSatisfy { inside.element($0).array != plain.element($0).array })
        #expect((0..<4).allSatisfy { after.element($0).array == plain.element($0).array })
    }

    @Test func `pictures of a prefix decoder see the prompt`() {
        var configuration = DecoderGrid.small
        configuration.mask = .prefix
        let (decoder, _) = DecoderGrid(testDescription: "", configuration: configuration).decoder()
        let model = DecoderOnlyModel(decoder)
        let picture = decoder.embeddings(of: [3, 7, 9])
        let prompt = [11, 12]

        let (_, logits) = model.begin(after: model.prefix(of: [picture]), prompt: prompt)
        let (_, unprompted) = model.begin(after: model.prefix(of: [picture]), prompt: [])

        func whole(_ ids: [Int]) -> Tensor {
            var pass = DecoderPass.documents(
                [[PackedDocument(tokens: ids.count, prefix: ids.count)]], sequence: ids.count)
            return decoder.logits(ids: [ids], pass: &pass).element(0).element(ids.count - 1)
        }
        #expect(difference(logits, whole([3, 7, 9, 11, 12])) < 1e-5)
        #expect(difference(unprompted, whole([3, 7, 9])) < 1e-5)
    }

    @Test func `a sequence's logits do not depend on its company`() {
        for name in ["sparse", "sparse experts, shared, in every second layer", "top-3 with a shared expert"] {
            guard let grid = DecoderGrid.all.first(where: { $0.testDescription.hasPrefix(name) }) else { continue }
            let model = DecoderOnlyModel(grid.decoder().decoder)
            let prompts = [tokens(5, seed: 8), tokens(7, seed: 9), tokens(3, seed: 10)]
            let begun = prompts.map { model.begin(after: model.prefix(of: []), prompt: $0).state }

            var together = begun
            let rows = model.advance(&together, by: [1, 2, 3])

            for (index, token) in [1, 2, 3].enumerated() {
                var alone = [begun[index]]
                #expect(model.advance(&alone, by: [token]).array == rows.element(index).array, "\(name)")
            }
        }
    }
}
