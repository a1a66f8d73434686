import Checkpoints
import Foundation
import ImageFiles
import Imaging
import JSONText
import TensorEngine
import Testing
import TextGeneration
import VisionLanguage

/// The trained checkpoint in `fixtures`, against what transformers wrote for every held-out picture.
///
/// The pictures are not in the repository: where they are absent the test is skipped and says so.
@Suite struct TinyCheckpointTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let shared = root.deletingLastPathComponent().appending(path: "shared")
    private static let recorded = shared.appending(path: "checkpoints/tiny-blip2-olmoe/reference_captions.jsonl")
    private static let hasPictures = FileManager.default.fileExists(atPath: recorded.path)

    @Test(.enabled(if: hasPictures, "the held-out pictures are not on this machine"))
    func `greedy captions and answers of all held-out pictures equal transformers'`() throws {
        let folder = try ModelFolder(
            path: Self.root.appending(path: "fixtures/tiny-blip2-olmoe").path, weights: .f32)
        let options = try GenerationOptions(folder: folder.path, endTokens: folder.configuration.endIDs)
        let generator = TextGenerator(model: folder.model.textModel, options: options)
        let rows = try String(contentsOf: Self.recorded, encoding: .utf8).split(separator: "\n").map {
            try JSONValue(parsing: String($0))
        }
        #expect(rows.count > 2000)

        var different: [String] = []
        var worst = 0.0
        for row in rows {
            let name = try #require(row["image"]?.string)
            let picture = Self.shared.appending(path: "data/\(name)").path
            let pixels = try folder.processor.process(ImageSource.file(path: picture).bitmap()).tensor
            let prefix = folder.model.textModel.prefix(of: [folder.model.imageEmbeddings(of: pixels)[0]])
            var random = SeededGenerator(seed: 0)
            let made = generator.generate(
                after: prefix, prompt: try folder.promptIDs(row["prompt"]?.string), using: &random)[0]
            if made.ids != row["token_ids"]?.array?.compactMap(\.integer) { different.append(name) }
            let logProbability = made.logProbabilities.reduce(0) { $0 + Double($1) }
            worst = max(worst, abs(logProbability - (row["logprob"]?.double ?? 0)))
        }

        #expect(different.isEmpty, "\(different.count) of \(rows.count) differ: \(different.prefix(5))")
        #expect(worst < 1e-3, "largest difference of a log-probability")
    }
}
