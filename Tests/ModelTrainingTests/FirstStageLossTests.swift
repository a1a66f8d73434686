import Checkpoints
import Foundation
import JSONText
import ModelTraining
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// The losses of the first stage: against PyTorch (`Tests/Peers/first_stage.py`), and what they must not depend on.
@Suite struct FirstStageLossTests {
    private let path = Repository.path("fixtures/first-stage")
    private let folder: FirstStageFolder
    private let reference: SafetensorsFile
    private let facts: JSONValue

    init() throws {
        folder = try FirstStageFolder(path: path, seed: 1)
        reference = try SafetensorsFile(path: path + "/reference.safetensors")
        facts = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: path + "/reference.json"))))
    }

    private var model: FirstStageModel { folder.model }

    private func lists(_ key: String) throws -> [[Int]] {
        try #require(facts[key]?.array).map { try #require($0.array).compactMap(\.integer) }
    }

    private func optionals(_ key: String) throws -> [Int?] { try #require(facts[key]?.array).map(\.integer) }

    private func batch() throws -> FirstStageBatch {
        FirstStageBatch(
            pixels: try reference.tensor(named: "pixels"), read: BridgeText(try lists("texts")),
            written: BridgeText(try lists("written")), isTrue: try lists("truth").flatMap { $0.map { $0 == 1 } })
    }

    private func losses(
        _ batch: FirstStageBatch, _ negatives: HardNegatives? = nil, seed: UInt64 = 1
    ) -> FirstStageLosses {
        var generator = SeededGenerator(seed: seed)
        return model.losses(batch, settings: FirstStageSettings(), negatives: negatives, using: &generator)
    }

    /// A batch of rows with texts of their own, or all with one.
    private func drawn(_ rows: Int, sameText: Bool = false) -> FirstStageBatch {
        var generator = SeededGenerator(seed: 3, stream: "pixels")
        let texts = (0..<rows).map { sameText ? [5, 17, 3] : [5, 20 + $0, 40 + 2 * $0, 3] }
        return FirstStageBatch(
            pixels: .drawn([rows, 3, 28, 28], .normal(1), using: &generator), read: BridgeText(texts),
            written: BridgeText(texts.map { [303] + $0.dropFirst() }),
            isTrue: (0..<rows * rows).map { sameText || $0 % rows == $0 / rows })
    }

    @Test func `losses and every gradient equal PyTorch's`() throws {
        let batch = try batch()
        let trained = TrainingPlan(.vision).apply(to: model.parameters)
        let negatives = HardNegatives(
            pictures: try optionals("negative_pictures"), texts: try optionals("negative_texts"))

        let losses = losses(batch, negatives)
        let total = losses.total(FirstStageSettings())
        let gradients = total.gradients()

        #expect(trained.count == model.parameters.count && trained.count > 100)
        for (key, found) in [
            ("compare", losses.compare), ("match", losses.match), ("write", losses.write), ("total", total),
        ] {
            let expected = try #require(facts[key]?.double)
            #expect(abs(Double(try #require(found).scalar) - expected) <= 2e-6 * abs(expected), "\(key)")
        }
        for parameter in trained {
            let expected = try reference.tensor(named: "grad." + parameter.name)
            let gradient = try #require(gradients[parameter], "\(parameter.name) has no gradient")
            let size = expected.array.map(abs).max() ?? 0
            // A bias of keys moves no softmax: its gradient is nought but for rounding, of both sides.
            #expect(
                difference(gradient.reshaped(expected.shape), expected) <= 2e-4 * size + 1e-6, "\(parameter.name)")
        }
    }

    @Test func `the comparison's scores are PyTorch's`() throws {
        let queries = model.matching.queryTokens(of: model.matching.features(of: try reference.tensor(named: "pixels")))
        let found = try model.scores(of: queries, batch())
        let expected = try reference.tensor(named: "scores")
        #expect(difference(found, expected) <= 1e-5 * (expected.array.map(abs).max() ?? 0))
    }

    @Test func `targets are shared by all that is true, and smoothed`() throws {
        let targets = try batch().targets(smoothing: 0.1, ofTexts: false)
        let rows = (0..<4).map { targets.element($0).array }
        for row in rows { #expect(abs(row.reduce(0, +) - 1) < 1e-6) }
        #expect(abs(rows[3][3] - 0.925) < 1e-6 && abs(rows[3][0] - 0.025) < 1e-6)
        #expect(abs(rows[0][0] - 0.475) < 1e-6 && rows[0][2] == rows[0][0] && abs(rows[1][0] - 0.325) < 1e-6)
        let ofTexts = try batch().targets(smoothing: 0.1, ofTexts: true)
        #expect(abs(ofTexts.element(1).array[1] - 0.925) < 1e-6 && abs(ofTexts.element(0).array[1] - 0.325) < 1e-6)
    }

    @Test func `a picture alone, and pictures of one text, have losses and finite gradients`() throws {
        let trained = TrainingPlan(.vision).apply(to: model.parameters)
        for (rows, sameText) in [(1, false), (5, true)] {
            let batch = drawn(rows, sameText: sameText)
            var generator = SeededGenerator(seed: 1)
            let scores = Tensor(repeating: 0, [rows, rows])
            let negatives = HardNegatives(scores: scores, of: batch, using: &generator)
            let losses = losses(batch)
            let sum = GradientSum(losses.total(FirstStageSettings()).gradients(), of: trained)

            #expect(negatives.pictures.allSatisfy { $0 == nil } && negatives.texts.allSatisfy { $0 == nil })
            #expect(sum.norm.isFinite && sum.norm > 0)
            // Nothing to tell apart: the comparison's loss is the entropy of an even choice, at most.
            #expect(losses.compare.scalar <= 1e-6 + (rows == 1 ? 0 : 2 * log(5)))
        }
        #expect(losses(drawn(1)).compare.scalar == 0)
    }

    @Test func `negatives are never true, and the likelier the more similar`() throws {
        let batch = try batch()
        var scores = [Float](repeating: 0, count: 16)
        scores[3 * 4 + 0] = 3  // picture 3 looks much like the text of row 0
        scores[0 * 4 + 0] = 50  // its own, which must not count
        let table = Tensor(scores, [4, 4])
        var drawn = [Int](repeating: 0, count: 4)
        for seed in 0..<2000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let negatives = HardNegatives(scores: table, of: batch, using: &generator)
            for (text, picture) in negatives.pictures.enumerated() {
                #expect(picture.map { !batch.isTrue[$0 * 4 + text] } ?? false)
            }
            for (picture, text) in negatives.texts.enumerated() {
                #expect(text.map { !batch.isTrue[picture * 4 + $0] } ?? false)
            }
            if let picture = negatives.pictures[1] { drawn[picture] += 1 }
            if let picture = negatives.pictures[0] { #expect(picture == 3) }
        }
        // Three wrong pictures of equal scores for the text of row 1.
        #expect(drawn[1] == 0 && [0, 2, 3].allSatisfy { abs(drawn[$0] - 667) < 120 })
    }

    @Test func `the more similar of two wrong texts is drawn by its softmax`() {
        let batch = drawn(3)
        var scores = [Float](repeating: 0, count: 9)
        scores[0 * 3 + 2] = 2
        var count = 0
        for seed in 0..<4000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let negatives = HardNegatives(scores: Tensor(scores, [3, 3]), of: batch, using: &generator)
            if negatives.texts[0] == 2 { count += 1 }
        }
        let expected = 4000 * exp(2.0) / (1 + exp(2.0))
        #expect(abs(Double(count) - expected) < 100)
    }

    @Test func `the comparison reads each side by itself`() throws {
        let batch = drawn(4)
        func scores(_ batch: FirstStageBatch) -> [Float] {
            model.scores(of: model.matching.queryTokens(of: model.matching.features(of: batch.pixels)), batch).array
        }
        let before = scores(batch)

        // A visible position: a word of text 2. Only its column moves.
        var texts = (0..<4).map { Array(batch.read.ids[$0].prefix(batch.read.lengths[$0])) }
        texts[2][1] += 7
        let otherText = FirstStageBatch(
            pixels: batch.pixels, read: BridgeText(texts), written: batch.written, isTrue: batch.isTrue)
        let after = scores(otherText)
        for place in 0..<16 { #expect((before[place] != after[place]) == (place % 4 == 2), "\(place)") }

        // A hidden one: what fills up the shorter texts.
        texts[2] = Array(texts[2].prefix(3))
        let short = [0, 11].map { filler in
            scores(
                FirstStageBatch(
                    pixels: batch.pixels, read: BridgeText(texts, padding: filler), written: batch.written,
                    isTrue: batch.isTrue))
        }
        #expect(short[0] == short[1])

        // Another picture moves its row and no other.
        var generator = SeededGenerator(seed: 8)
        let other = Tensor.drawn([1, 3, 28, 28], .normal(1), using: &generator)
        let pixels = Tensor.concatenated([batch.pixels.slice(0..<1), other, batch.pixels.slice(2..<4)])
        let seen = scores(
            FirstStageBatch(pixels: pixels, read: batch.read, written: batch.written, isTrue: batch.isTrue))
        for place in 0..<16 { #expect((before[place] != seen[place]) == (place / 4 == 1), "\(place)") }
    }

    @Test func `matching sees the text, writing sees what stands before and not after`() throws {
        let batch = drawn(2)
        let none = HardNegatives(pictures: [nil, nil], texts: [nil, nil])
        func changed(read: Bool, _ position: Int) -> FirstStageBatch {
            var rows = (read ? batch.read : batch.written).ids
            rows[0][position] = 60 + position
            return FirstStageBatch(
                pixels: batch.pixels, read: read ? BridgeText(rows) : batch.read,
                written: read ? batch.written : BridgeText(rows), isTrue: batch.isTrue)
        }
        let before = losses(batch, none)

        let word = losses(changed(read: true, 1), none)
        #expect(word.match?.scalar != before.match?.scalar && word.compare.scalar != before.compare.scalar)
        #expect(word.write?.scalar == before.write?.scalar)
        let begun = losses(changed(read: false, 0), none)
        #expect(begun.write?.scalar != before.write?.scalar)
        #expect(begun.match?.scalar == before.match?.scalar && begun.compare.scalar == before.compare.scalar)

        // The last written token is asked for, and read by nothing: the logits before it stay.
        let (_, memory) = model.matching.queryTransformer.remembering(
            queries: model.matching.starts(2), features: model.matching.features(of: batch.pixels).tensor)
        let one = model.matching.queryTransformer(text: batch.written, after: memory)
        let two = model.matching.queryTransformer(text: changed(read: false, 3).written, after: memory)
        for position in 0..<4 {
            let isSame = one.element(0).element(position).array == two.element(0).element(position).array
            #expect(isSame == (position < 3))
        }
    }

    @Test func `matching of some rows is that of a batch of them`() throws {
        let batch = drawn(4)
        let negatives = HardNegatives(pictures: [1, 0, 3, 2], texts: [1, 0, 3, 2])
        var settings = FirstStageSettings()
        settings.matchRows = 2
        var generator = SeededGenerator(seed: 1)
        let some = model.losses(batch, settings: settings, negatives: negatives, using: &generator)
        let first = FirstStageBatch(
            pixels: batch.pixels.slice(0..<2), read: batch.read.elements([0, 1]),
            written: batch.written.elements([0, 1]),
            isTrue: [true, false, false, true])
        let alone = losses(first, HardNegatives(pictures: [1, 0], texts: [1, 0]))
        let (one, other) = try (#require(some.match).scalar, #require(alone.match).scalar)
        #expect(abs(one - other) <= 1e-6)
        #expect(try #require(losses(batch, negatives).match).scalar != one)
    }

    @Test func `views of pictures made once are what each pass makes`() throws {
        let batch = drawn(3)
        let bridge = model.matching.queryTransformer
        let features = model.matching.features(of: batch.pixels)
        let views = bridge.views(of: features.tensor)

        #expect(
            bridge.remembering(queries: model.matching.starts(3), views: views).queries.array
                == model.matching.queryTokens(of: features).tensor.array)
        let order = [2, 0, 0, 1]
        let apart = Tensor.concatenated(order.map { features.tensor.slice($0..<$0 + 1) })
        let text = batch.read.elements([0, 1, 2, 2])
        // Rows among other rows: OpenBLAS, where products are its, rounds some of them the other way.
        #expect(
            difference(
                model.matching.matchLogits(of: views.elements(order), with: text),
                model.matching.matchLogits(of: ImageFeatures(apart), with: text))
                <= (Arithmetic.keepsRows ? 1e-6 : 4e-6))
    }

    @Test func `a temperature that leaves its bounds is put back`() {
        for (value, bound) in [(Float(-1), Float(0.01)), (3, 0.5), (0.2, 0.2)] {
            model.temperature.set(Tensor([value], [1]))
            model.boundTemperature()
            #expect(model.temperature.tensor.scalar == bound)
        }
    }

    @Test func `a folder without a token to write from is refused, and what only training needs is drawn`() throws {
        let without = Repository.path("fixtures/encoders/blip2-itm")
        #expect {
            _ = try FirstStageFolder(path: without, seed: 1)
        } throws: {
            if case ModelFolderError.noWritingToken = $0 { "\($0)".contains("bos_token_id") } else { false }
        }
        let scratch = try ScratchFolder(copying: without)
        try scratch.replace(
            "\"vocab_size\": 304", with: "\"vocab_size\": 304, \"bos_token_id\": 303", in: "config.json")
        let begun = try FirstStageFolder(path: scratch.path, seed: 1)
        let again = try FirstStageFolder(path: scratch.path, seed: 1)
        #expect(begun.model.temperature.tensor.array == [FirstStageModel.startTemperature])
        #expect(zip(begun.model.parameters, again.model.parameters).allSatisfy { $0.tensor.array == $1.tensor.array })

        try scratch.replace("\"bos_token_id\": 303", with: "\"bos_token_id\": 304", in: "config.json")
        #expect(throws: ModelFolderError.self) { try FirstStageFolder(path: scratch.path, seed: 1) }
    }
}
