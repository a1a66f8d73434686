import Checkpoints
import Foundation
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Adapters inside frozen decoders: nothing at the start, their formulas after it, and only where there is a picture.
@Suite struct AdapterTests {
    private static var flamingo: AdapterDesign {
        var design = AdapterDesign()
        (design.crossAttentionEvery, design.heads, design.headWidth, design.expansion) = (2, 2, 6, 2)
        return design
    }

    private static var magma: AdapterDesign {
        var design = AdapterDesign()
        (design.bottleneck, design.reduction) = (.both, 4)
        return design
    }

    private static var both: AdapterDesign {
        var design = flamingo
        (design.bottleneck, design.reduction, design.crossAttentionEvery) = (.both, 3, 1)
        return design
    }

    /// The cases with pictures whose language model is a decoder alone.
    static let cases = ParityCase.pictured.filter { parity in
        (try? ModelFolder(path: parity.folder))?.configuration.text.isEncoderDecoder == false
    }

    private static func folder(_ parity: ParityCase, _ design: AdapterDesign, isDrawn: Bool = false) throws
        -> ModelFolder
    {
        let folder = try ModelFolder(path: parity.folder, new: NewBridge(adapters: design, seed: 2))
        guard isDrawn else { return folder }
        var generator = SeededGenerator(seed: 5)
        for parameter in folder.model.parameters where parameter.name.hasPrefix("adapters.") {
            let noise = Tensor.drawn(parameter.tensor.shape, .normal(0.3), using: &generator)
            parameter.set(parameter.tensor.converted32() + noise)
        }
        return folder
    }

    /// Logits of two rows: a picture each, ids behind it.
    private static func logits(_ folder: ModelFolder, _ parity: ParityCase) throws -> Tensor {
        let model = folder.model
        let images = model.imageEmbeddings(of: try parity.tensor("batch_pixel_values"))
        let image = [Int](repeating: model.imageID, count: model.queries)
        return model.logits(ids: [image + [2, 7, 9, 4], image + [2, 3, 11, 8]], images: images).logits
    }

    /// Logits of texts alone.
    private static func textLogits(_ folder: ModelFolder) -> Tensor {
        let ids = [[2, 7, 9, 4, 5], [2, 3, 11, 8, 6]]
        let embeddings = folder.model.decoder.embeddings(of: ids.flatMap(\.self))
        return folder.model.decoder.logits(embeddings.reshaped([2, 5, embeddings.shape[1]])).logits
    }

    @Test func `there are cases of several decoders`() { #expect(Self.cases.count >= 6) }

    @Test(arguments: cases)
    func `gated looks leave the frozen model as it is at the start, to the bit`(parity: ParityCase) throws {
        let plain = try Self.logits(ModelFolder(path: parity.folder), parity)
        let adapted = try Self.folder(parity, Self.flamingo)
        #expect(adapted.model.parameters.contains { $0.name == "adapters.layers.0.look.attention_gate" })
        #expect(try Self.logits(adapted, parity).bytes == plain.bytes)
    }

    /// The hidden states of these random models are of about 0.02, beside which MAGMA's biases of 0.001 are not as small as in a
    /// trained model.
    @Test(arguments: cases)
    func `bottlenecks begin near the identity, and not on it`(parity: ParityCase) throws {
        let plain = try Self.logits(ModelFolder(path: parity.folder), parity)
        let change = try difference(Self.logits(Self.folder(parity, Self.magma), parity), plain)
        let greatest = plain.array.map(abs).max() ?? 0
        #expect(change > 0 && change < 1e-2 * greatest, "\(change) of \(greatest)")
    }

    @Test func `a bottleneck begins within what its biases add`() {
        var generator = SeededGenerator(seed: 4)
        let adapter = BottleneckAdapter(width: 192, hidden: 48, in: ParameterScope(RandomParameters(seed: 3)))
        let y = Tensor.drawn([64, 192], .normal(1), using: &generator)
        let change = difference(adapter(y), y)
        // A bias of at most 0.002, and two matrices of 0.001 after one another.
        #expect(change > 1e-3 && change < 2.5e-3)
    }

    @Test(arguments: cases)
    func `a text alone is read as without adapters, to the bit, unless they act everywhere`(parity: ParityCase) throws {
        let plain = try ModelFolder(path: parity.folder)
        let texts = Self.textLogits(plain)
        let adapted = try Self.folder(parity, Self.both, isDrawn: true)
        #expect(Self.textLogits(adapted).bytes == texts.bytes)
        #expect(try difference(Self.logits(adapted, parity), Self.logits(plain, parity)) > 1e-3)

        var design = Self.both
        design.everywhere = true
        let everywhere = try Self.folder(parity, design, isDrawn: true)
        #expect(difference(Self.textLogits(everywhere), texts) > 1e-3)
    }

    /// Pictures in the middle of a row change what comes after them and nothing before.
    @Test(arguments: cases)
    func `what stands before the first picture is left alone`(parity: ParityCase) throws {
        let plain = try ModelFolder(path: parity.folder)
        let adapted = try Self.folder(parity, Self.both, isDrawn: true)
        let image = [Int](repeating: plain.model.imageID, count: plain.model.queries)
        let ids = [[2, 7, 9] + image + [4, 5]]
        let images = plain.model.imageEmbeddings(of: try parity.tensor("pixel_values").slice(0..<1))
        let (one, other) = (
            plain.model.logits(ids: ids, images: images).logits, adapted.model.logits(ids: ids, images: images).logits
        )
        #expect(difference(one.element(0).slice(0..<3), other.element(0).slice(0..<3)) < 1e-5)
        let last = ids[0].count - 1
        #expect(difference(one.element(0).slice(last..<last + 1), other.element(0).slice(last..<last + 1)) > 1e-3)
    }

    /// Through caches, token by token, against whole sequences.
    @Test(arguments: cases, [1, 2])
    func `cached equals uncached`(parity: ParityCase, pictures: Int) throws {
        let folder = try Self.folder(parity, Self.both, isDrawn: true)
        let model = folder.model
        let made = model.imageEmbeddings(of: try parity.tensor("batch_pixel_values")).tensor.slice(0..<pictures)
        let image = [Int](repeating: model.imageID, count: model.queries * pictures)
        let text = [2, 7, 9, 4, 5, 6, 3, 8, 10, 11]
        let whole = model.logits(ids: [image + text], images: ImageEmbeddings(made)).logits.element(0)
        let writer = model.textModel
        let prefix = writer.prefix(of: (0..<pictures).map { made.element($0) })

        var (state, logits) = writer.begin(after: prefix, prompt: Array(text[..<3]))
        let greatest = max(1, whole.array.map(abs).max() ?? 0)
        var worst = difference(logits, whole.element(image.count + 2))
        for position in 3..<text.count {
            var states = [state, state]
            let rows = writer.advance(&states, by: [text[position], text[position]])
            #expect(rows.element(0).bytes == rows.element(1).bytes)
            state = states[0]
            logits = rows.element(0)
            worst = max(worst, difference(logits, whole.element(image.count + position)))
        }
        let scored = writer.logits(after: prefix, prompt: Array(text[..<3]), continuation: Array(text[3...]))
        for index in 0..<text.count - 3 {
            worst = max(worst, difference(scored.element(index), whole.element(image.count + 2 + index)))
        }
        let empty = difference(try #require(prefix.logits), whole.element(image.count - 1))
        #expect(max(worst, empty) <= 5e-5 * greatest, "\(worst), after the pictures alone \(empty)")
    }

    @Test func `a token looks at the last picture at or before it, in its own document`() {
        let image = [9, 9]
        let ids = [1, 2] + image + [3] + image + [4, 5] + [1, 6] + image + [7]
        let latest = PicturesInView.latest(in: ids, imageID: 9, tokensPerPicture: 2, starts: [0, 9])
        #expect(latest == [-1, -1, 0, 0, 0, 1, 1, 1, 1, -1, -1, 2, 2, 2])
    }

    /// One look written out as loops, over two pictures, tokens before the first among them.
    @Test func `a look is Flamingo's formula`() throws {
        var generator = SeededGenerator(seed: 9)
        let scope = ParameterScope(RandomParameters(seed: 3))
        let adapters = DecoderAdapters(Self.flamingo, layers: 1, width: 8, mediaWidth: 4, in: scope / "adapters")
        for parameter in scope.parameters {
            parameter.set(parameter.tensor + Tensor.drawn(parameter.tensor.shape, .normal(0.4), using: &generator))
        }
        let naive = NaiveArithmetic(
            weights: Dictionary(uniqueKeysWithValues: scope.parameters.map { ($0.name, $0.tensor) }))
        let x = Tensor.drawn([1, 6, 8], .normal(1), using: &generator)
        let media = Tensor.drawn([1, 6, 4], .normal(1), using: &generator)
        let latest = [-1, 0, 0, 1, 1, 1]
        var pass = DecoderPass.whole(batch: 1, sequence: 6)
        pass.adapters = adapters
        pass.pictures = PicturesInView([adapters.memory(of: media, pictures: 2)], latest: latest)

        let made = pass.looked(x, before: 0)

        let name = "adapters.layers.0.look"
        func gate(_ which: String) throws -> Double {
            tanh(Double(try #require(naive.weights["\(name).\(which)_gate"]).array[0]))
        }
        let rows = NaiveArithmetic.rows(x)
        let normed = naive.norm(rows, name + ".norm")
        let attended = naive.attention(
            naive.linear(normed, name + ".to_q"), naive.linear(NaiveArithmetic.rows(media), name + ".to_k"),
            naive.linear(NaiveArithmetic.rows(media), name + ".to_v"), heads: 2,
            visible: latest.map { $0 < 0 ? 0..<0 : $0 * 3..<($0 + 1) * 3 })
        var expected = NaiveArithmetic.sum(rows, naive.linear(attended, name + ".to_out"), scale: try gate("attention"))
        expected = NaiveArithmetic.sum(expected, naive.feedForward(expected, name), scale: try gate("feed_forward"))
        expected[0] = rows[0]  // has seen no picture
        #expect(NaiveArithmetic.difference(expected, made) < 1e-4)
        #expect(made.element(0).slice(0..<1).bytes == x.element(0).slice(0..<1).bytes)

        // What another picture holds is no matter.
        let changed = Tensor(media.array.enumerated().map { $0 < 12 ? $1 + 1 : $1 }, media.shape)
        pass.pictures = PicturesInView([adapters.memory(of: changed, pictures: 2)], latest: latest)
        let moved = pass.looked(x, before: 0)
        #expect(moved.element(0).slice(3..<6).bytes == made.element(0).slice(3..<6).bytes)
        #expect(difference(moved.element(0).slice(1..<3), made.element(0).slice(1..<3)) > 1e-3)
    }

    @Test func `a bottleneck is MAGMA's formula`() throws {
        var generator = SeededGenerator(seed: 9)
        let scope = ParameterScope(RandomParameters(seed: 3))
        let adapter = BottleneckAdapter(width: 8, hidden: 3, in: scope / "adapter")
        // As it starts: everything within two standard deviations of nothing.
        let starts = scope.parameters.flatMap { $0.tensor.array }
        #expect(
            starts.allSatisfy { abs($0) <= 2e-3 } && starts.contains { abs($0) > 5e-4 } && scope.parameters.count == 4)
        for parameter in scope.parameters {
            parameter.set(parameter.tensor + Tensor.drawn(parameter.tensor.shape, .normal(0.5), using: &generator))
        }
        let naive = NaiveArithmetic(
            weights: Dictionary(uniqueKeysWithValues: scope.parameters.map { ($0.name, $0.tensor) }))
        let y = Tensor.drawn([5, 8], .normal(1), using: &generator)
        let rows = NaiveArithmetic.rows(y)
        let hidden = naive.linear(rows, "adapter.down").map { $0.map { max(0, $0) } }
        let expected = NaiveArithmetic.sum(rows, naive.linear(hidden, "adapter.up"))
        #expect(NaiveArithmetic.difference(expected, adapter(y)) < 1e-5)
    }

    /// Rows of different numbers of pictures are a batch; each is what it is alone.
    @Test func `company changes nothing`() throws {
        let parity = try ParityCase.named("blip2-olmoe-a")
        let folder = try Self.folder(parity, Self.both, isDrawn: true)
        let model = folder.model
        let images = model.imageEmbeddings(of: try parity.tensor("batch_pixel_values")).tensor
        let image = [Int](repeating: model.imageID, count: model.queries)
        let rows = [
            image + [2, 5] + image + [3, 4], [2] + image + [7, 8, 9, 4, 3, 6, 10, 11], [2, 3, 4] + (5..<16),
        ]
        let all = ImageEmbeddings(.concatenated([images.slice(0..<2), images.slice(0..<1)]))
        let together = model.logits(ids: rows, images: all).logits

        let alone = [
            model.logits(ids: [rows[0]], images: ImageEmbeddings(images.slice(0..<2))).logits,
            model.logits(ids: [rows[1]], images: ImageEmbeddings(images.slice(0..<1))).logits,
            Self.logits(of: rows[2], folder),
        ]
        for (index, logits) in alone.enumerated() {
            #expect(difference(logits.element(0), together.element(index)) < 1e-4, "row \(index)")
        }
    }

    private static func logits(of ids: [Int], _ folder: ModelFolder) -> Tensor {
        let embeddings = folder.model.decoder.embeddings(of: ids)
        return folder.model.decoder.logits(embeddings.reshaped([1, ids.count, embeddings.shape[1]])).logits
    }

    @Test func `an encoder–decoder takes no adapters, and says so`() throws {
        let parity = try ParityCase.named("blip2-t5-d")
        #expect {
            _ = try ModelFolder(path: parity.folder, new: NewBridge(adapters: Self.magma, seed: 0))
        } throws: {
            if case .config(let error)? = $0 as? ModelFolderError {
                error.description.contains("encoder–decoder")
            } else {
                false
            }
        }
    }
}
