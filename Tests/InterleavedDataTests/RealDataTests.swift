import Foundation
import ImageFiles
import Imaging
import InterleavedData
import TestFixtures
import Testing

/// Readers and loader on real pictures, which are not in the repository: where they are absent the tests are skipped.
@Suite struct RealDataTests {
    private static let data = Repository.root.deletingLastPathComponent().appending(path: "shared/data")
    private static let hasData = FileManager.default.fileExists(atPath: data.path + "/grocery/pairs.jsonl")

    private static func path(_ set: String) -> String { data.appending(path: set).path(percentEncoded: false) }

    @Test(
        .enabled(if: hasData, "the real pictures are not on this machine"),
        arguments: [
            ("emoji", 7537, 886), ("grocery", 2640, 296), ("clothing", 4025, 155), ("coins", 1030, 261),
            ("trash", 1765, 328), ("signdigits", 1532, 137), ("nlvr", 1787, 192),
        ])
    func `every row of a set is read`(set: String, train: Int, dev: Int) throws {
        let dataset = try PairDataset(path: Self.path(set))

        #expect(try dataset.split("train").records.count == train)
        #expect(try dataset.split("dev").records.count == dev)
        #expect(dataset.sets == [set] && dataset.records.allSatisfy(\.hasText))
    }

    @Test(.enabled(if: hasData, "the real pictures are not on this machine"))
    func `a weighted mixture of real sets loads, equal on any number of threads`() throws {
        let records = try ["grocery", "emoji", "coins"].flatMap {
            try PairDataset(path: Self.path($0)).split("train").records
        }
        let varied = Augmentation(
            crop: .init(scale: 0.5...1), rotation: .init(degrees: 10), background: .init(), flip: 0.5,
            color: .init(brightness: 0.2))
        let mixture = try TrainingMixture(
            sets: records, weights: ["grocery": 3, "emoji": 3, "coins": 2], meaning: .row,
            augmentation: Augmentation(jitter: 8), augmentations: ["emoji": varied])
        let processor = try ImageProcessor(modelFolder: Repository.path("fixtures/tiny-blip2-olmoe"))
        let sampler = PairSampler(mixture: mixture, seed: 1, batch: 32)
        let loaders = [0, 2].map {
            PairLoader(sampler: sampler, processor: processor, steps: 12, options: .init(threads: $0))
        }

        for step in 0..<12 {
            let steps = try loaders.map { try $0.examples(ofStep: step) }
            #expect(steps[0] == steps[1] && steps[0].skipped.isEmpty)
            #expect(try steps[0].pixels().batch == 32)
        }
    }
}
