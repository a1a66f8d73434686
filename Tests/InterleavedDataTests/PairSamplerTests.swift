import Imaging
import InterleavedData
import Testing

@Suite struct PairSamplerTests {
    /// Rows with a caption and a question each.
    private static func rows(_ count: Int, set: String? = nil) -> [PairRecord] {
        (0..<count).map {
            PairRecord(
                id: "\(set ?? "")\($0)", picture: .file(path: "\($0).png"), captions: ["caption \($0)"],
                questions: [QuestionAnswer("question \($0)", "answer \($0)")], set: set)
        }
    }

    private static func sampler(_ mixture: TrainingMixture, seed: UInt64 = 1, batch: Int = 8) -> PairSampler {
        PairSampler(mixture: mixture, seed: seed, batch: batch)
    }

    @Test(arguments: [1, 2, 3, 64, 65, 1000])
    func `a permutation takes every element once, in another order for another stream`(count: Int) {
        let orders = ["a", "b"].map { stream in
            let permutation = SeededPermutation(count: count, seed: 7, stream: stream)
            return (0..<count).map { permutation[$0] }
        }

        #expect(orders.allSatisfy { $0.sorted() == Array(0..<count) })
        if count >= 64 { #expect(orders[0] != orders[1] && orders[0] != Array(0..<count)) }
    }

    @Test func `each position of a permutation is as likely to hold each element`() {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
        for seed in 0..<5000 {
            let permutation = SeededPermutation(count: 5, seed: UInt64(seed), stream: "x")
            for position in 0..<5 { counts[position][permutation[position]] += 1 }
        }

        // 1,000 expected, standard deviation 28.
        #expect(counts.joined().allSatisfy { abs($0 - 1000) < 150 })
    }

    @Test func `without weights every row comes once an epoch, epochs in different orders`() throws {
        let sampler = Self.sampler(
            try TrainingMixture([.init(name: "a", records: Self.rows(13)), .init(name: "b", records: Self.rows(7))]))

        let draws = (0..<10).flatMap { step in
            (0..<8).compactMap { sampler.draw(step: step, slot: $0).map { "\($0.part) \($0.row)" } }
        }

        #expect(sampler.stepsPerEpoch == 3)
        let epochs = stride(from: 0, to: 80, by: 20).map { Array(draws[$0..<$0 + 20]) }
        #expect(epochs.allSatisfy { Set($0).count == 20 })
        #expect(Set(epochs).count == 4)
    }

    @Test func `a draw depends on seed, step and slot alone`() throws {
        let mixture = try TrainingMixture([
            .init(name: "a", records: Self.rows(13), weight: 1), .init(name: "b", records: Self.rows(7), weight: 3),
        ])
        let forwards = (0..<20).map { Self.sampler(mixture).draw(step: $0, slot: 3) }
        let other = Self.sampler(mixture)
        let backwards = (0..<20).reversed().map { other.draw(step: $0, slot: 3) }

        #expect(forwards == backwards.reversed())
        #expect(forwards != (0..<20).map { Self.sampler(mixture, seed: 2).draw(step: $0, slot: 3) })
        #expect(forwards != (0..<20).map { Self.sampler(mixture).draw(step: $0, slot: 4) })
    }

    @Test func `shares follow the weights, of parts and of rows`() throws {
        let rows = Self.rows(10, set: "few") + Self.rows(90, set: "many")
        func share(_ meaning: TrainingMixture.WeightMeaning) throws -> Double {
            let mixture = try TrainingMixture(sets: rows, weights: ["few": 3, "many": 1], meaning: meaning)
            let sampler = Self.sampler(mixture)
            let draws = (0..<500).flatMap { step in (0..<8).compactMap { sampler.draw(step: step, slot: $0) } }
            #expect(Set(draws.map(\.record.id)).count == 100)
            return Double(draws.count { $0.record.set == "few" }) / Double(draws.count)
        }

        // Four thousand draws: standard deviation below 0.008.
        #expect(abs(try share(.share) - 0.75) < 0.03)
        #expect(abs(try share(.row) - 0.25) < 0.03)
    }

    @Test func `a part of weight 0 is never drawn`() throws {
        let sampler = Self.sampler(
            try TrainingMixture([
                .init(name: "a", records: Self.rows(3), weight: 0), .init(name: "b", records: Self.rows(3), weight: 1),
                .init(name: "c", records: Self.rows(3), weight: 0),
            ]))

        #expect((0..<300).allSatisfy { sampler.draw(step: $0, slot: 0)?.part == 1 })
    }

    @Test(arguments: [0, 0.25, 1]) func `captions and questions come in the share that is asked for`(share: Double)
        throws
    {
        let mixture = try TrainingMixture([.init(name: "a", records: Self.rows(50))])
        let sampler = PairSampler(mixture: mixture, seed: 5, batch: 10, captionShare: share)

        let draws = (0..<300).flatMap { step in (0..<10).compactMap { sampler.draw(step: step, slot: $0) } }

        for draw in draws {
            switch draw.kind {
            case .caption: #expect(draw.text == "caption \(draw.row)")
            case .question(let text): #expect(text == "question \(draw.row)" && draw.text == "answer \(draw.row)")
            }
        }
        let found = Double(draws.count { $0.kind == .caption }) / Double(draws.count)
        #expect(share == 0.25 ? abs(found - share) < 0.03 : found == share)
    }

    @Test func `what is empty is not drawn`() throws {
        let rows = [
            PairRecord(id: "0", picture: .file(path: "0"), captions: ["", " ", "x"], questions: [.init("q", "")]),
            PairRecord(
                id: "1", picture: .file(path: "1"), captions: [" "], questions: [.init("q", "a"), .init("", "b")]),
            PairRecord(id: "2", picture: .file(path: "2"), captions: [""], questions: [.init("q", "\n")]),
        ]
        let mixture = try TrainingMixture([.init(name: "a", records: rows)])
        let sampler = Self.sampler(mixture)

        #expect(mixture.rowsWithoutText == 1 && mixture.count == 2)
        let texts = Set((0..<40).compactMap { sampler.draw(step: $0, slot: 0)?.text })
        #expect(texts == ["x", "a"])
    }

    @Test func `further attempts of a slot are other rows, each once`() throws {
        let sampler = Self.sampler(try TrainingMixture([.init(name: "a", records: Self.rows(9))]))

        let attempts = (0...10).map { sampler.draw(step: 2, slot: 5, attempt: $0) }

        #expect(Set(attempts[1...9].compactMap { $0?.row }).count == 9)
        #expect(attempts[10] == nil && attempts[0] != nil)
    }

    @Test func `mixtures that make no sense`() throws {
        let rows = Self.rows(2, set: "s")
        func expect(_ error: MixtureError, _ make: () throws -> TrainingMixture) {
            #expect(throws: error) { try make() }
            #expect(error.description.count > 20)
        }

        expect(.empty) { try TrainingMixture([]) }
        expect(.noText(part: "a")) { try TrainingMixture([.init(name: "a", records: [])]) }
        expect(.weightMissing(part: "b", beside: "a")) {
            try TrainingMixture([.init(name: "a", records: rows, weight: 1), .init(name: "b", records: rows)])
        }
        expect(.weightMissing(part: "a", beside: "b")) {
            try TrainingMixture([.init(name: "a", records: rows), .init(name: "b", records: rows, weight: 1)])
        }
        for weight in [-1, Double.infinity] {
            expect(.senselessWeight(part: "a", weight: weight)) {
                try TrainingMixture([.init(name: "a", records: rows, weight: weight)])
            }
        }
        #expect(throws: MixtureError.self) {
            try TrainingMixture([.init(name: "a", records: rows, weight: .nan)])
        }
        expect(.noWeight) { try TrainingMixture([.init(name: "a", records: rows, weight: 0)]) }
        expect(.setWithoutWeight(name: "s")) { try TrainingMixture(sets: rows, weights: [:]) }
        expect(.noSuchSet(name: "t", present: ["s"])) { try TrainingMixture(sets: rows, weights: ["s": 1, "t": 1]) }
        expect(.noSuchSet(name: "t", present: ["s"])) {
            try TrainingMixture(sets: rows, weights: ["s": 1], augmentations: ["t": Augmentation(flip: 1)])
        }
        expect(.augmentation(part: "a", AugmentationError(key: "flip", expected: "a number from 0 to 1"))) {
            try TrainingMixture([.init(name: "a", records: rows, augmentation: Augmentation(flip: 2))])
        }
    }
}
