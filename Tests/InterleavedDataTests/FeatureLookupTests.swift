import Checkpoints
import Foundation
import Imaging
import InterleavedData
import TensorEngine
import TestFixtures
import Testing

/// Which draws show the same picture in the same way, and how a loader hands on what was found.
@Suite struct FeatureLookupTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static let varied = Augmentation(rotation: .init(degrees: 10), jitter: 2, flip: 0.5)

    private func records(_ count: Int) throws -> [PairRecord] {
        try (0..<count).map { index in
            let path = try scratch.write(try DrawnPictures.png(index, width: 20 + index, height: 24), "\(index).png")
            return PairRecord(id: "\(index)", picture: .file(path: path), captions: ["picture \(index)"])
        }
    }

    private func sampler(
        _ records: [PairRecord], _ augmentation: Augmentation = Augmentation(), views: Int = 0, seed: UInt64 = 3
    ) throws -> PairSampler {
        let part = TrainingMixture.Part(name: "drawn", records: records, augmentation: augmentation, views: views)
        return PairSampler(mixture: try TrainingMixture([part]), seed: seed, batch: 4)
    }

    @Test func `a key follows the picture's bytes and its view, not its place`() throws {
        let keys = FeatureKeys()
        let records = try records(2)
        let picture = records[0].picture
        let copy = try scratch.write(try scratch.bytes("0.png"), "copy.png")
        let view = PictureView.numbered(seed: 1, stream: "view 0 of a")
        func key(
            _ picture: PictureLocation, _ view: PictureView, _ augmentation: Augmentation = Self.varied, size: Int = 48
        ) throws -> FeatureKey? {
            try keys.key(of: picture, view: view, augmentation: augmentation, workingSize: size)
        }

        #expect(try key(picture, .plain) == key(.file(path: copy), .plain))
        let all = try [
            key(picture, .plain), key(records[1].picture, .plain), key(picture, view),
            key(picture, .numbered(seed: 2, stream: "view 0 of a")),
            key(picture, .numbered(seed: 1, stream: "view 1 of a")), key(picture, view, size: 64),
            key(picture, view, Augmentation(flip: 0.5)),
        ].compactMap { $0 }
        #expect(Set(all).count == 7)
        #expect(try key(picture, .fresh) == nil)
        #expect(throws: PictureError.self) { try key(.file(path: scratch.file("absent.png")), .plain) }
    }

    @Test func `so many views of a picture come again and again`() throws {
        let records = try records(4)
        func pixels(views: Int) throws -> [String: Set<[Float]>] {
            let loader = PairLoader(
                sampler: try sampler(records, Self.varied, views: views), processor: DrawnPictures.processor)
            var seen: [String: Set<[Float]>] = [:]
            for step in 0..<24 {
                for example in try loader.examples(ofStep: step).examples {
                    seen[example.recordID, default: []].insert(try #require(example.pixels).values)
                }
            }
            return seen
        }

        #expect(try pixels(views: 3).values.allSatisfy { $0.count == 3 })
        #expect(try pixels(views: 0).values.allSatisfy { $0.count > 12 })
        let draws = try (0..<8).compactMap { try sampler(records).draw(step: $0, slot: 0)?.view }
        #expect(draws.allSatisfy { $0 == .plain })
    }

    @Test func `what was found comes without pixels, all else unchanged`() throws {
        let records = try records(5)
        let sampler = try sampler(records, Self.varied, views: 2)
        let store = try FeatureStore(folder: scratch.file("features"), source: ContentHash(ofBytes: []))
        let plain = PairLoader(sampler: sampler, processor: DrawnPictures.processor)
        func loader() -> PairLoader {
            PairLoader(sampler: sampler, processor: DrawnPictures.processor, features: FeatureLookup(store))
        }
        let first = loader()
        for step in 0..<6 {
            for example in try first.examples(ofStep: step).examples where example.pixels != nil {
                let key = try #require(example.features?.key)
                try store.store(Tensor([Float(example.pixels?.values[0] ?? 0)], [1, 1, 1]), for: key)
            }
        }

        let second = loader()
        for step in 0..<6 {
            let (found, made) = (try second.examples(ofStep: step), try plain.examples(ofStep: step))
            for (one, other) in zip(found.examples, made.examples) {
                #expect(one.pixels == nil && one.recordID == other.recordID && one.text == other.text)
                let pixels = try #require(other.pixels)
                #expect(one.features?.tensor?.array == [pixels.values[0]])
                #expect(other.features == nil)
            }
        }
    }
}
