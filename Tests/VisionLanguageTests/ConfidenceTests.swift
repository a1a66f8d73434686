import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// What a folder's calibration says of answers, and when its pictures count.
@Suite struct ConfidenceTests {
    private static func score(_ intercept: Double, _ terms: [(String, Double)]) -> LogisticScore {
        LogisticScore(
            intercept: intercept, terms: terms.map { .init($0.0, mean: 0, scale: 1, weight: $0.1) })
    }

    private static func calibration(_ weights: ContentHash) -> ConfidenceCalibration {
        ConfidenceCalibration(
            weights: weights, familiarityFile: nil, known: score(1, [("nearest", -2)]),
            right: score(0, [("log_odds", 1), ("set:b", 0.5)]), rightByTokens: score(0, [("log_odds", 1)]),
            unsureBelow: 0.4, facts: .string("none"))
    }

    /// One group at 0, all directions alike.
    private static func familiarity(width: Int) -> PictureFamiliarity {
        let unit = (0..<width * width).map { Float($0 % (width + 1) == 0 ? 1 : 0) }
        return PictureFamiliarity(
            mean: [Float](repeating: 0, count: width), whitening: unit, withinWhitening: unit,
            centres: [Float](repeating: 0, count: width), sets: ["b"], hasClassToken: false)
    }

    private static let base = Repository.path("fixtures/parity/blip2-olmoe-a")

    /// A copy of the fixture that carries a calibration.
    private func calibrated() throws -> ScratchFolder {
        let folder = try ScratchFolder(copying: Self.base)
        let width = 2 * (try ModelFolder(path: Self.base).configuration.vision.width)
        try LogisticFile.write(in: folder, width: width)
        return folder
    }

    private enum LogisticFile {
        static func write(in folder: ScratchFolder, width: Int) throws {
            try folder.write(#"{"prompts": {"caption": "a"}}"#, "lorgnette.json")
            let weights = try ConfidenceEstimator.hash(of: CheckpointFolder(path: folder.path))
            try LorgnetteFiles.write(
                ConfidenceTests.calibration(weights), ConfidenceTests.familiarity(width: width), in: folder.path)
        }
    }

    @Test func `without pictures, the probability of the tokens is the confidence where that is the fit`() {
        let calibration = Self.calibration(ContentHash(ofBytes: []))

        for p in [0.01, 0.3, 0.9] {
            let evidence = AnswerEvidence(logProbabilities: [log(p) / 2, log(p) / 2], isCaption: false)
            #expect(abs(calibration.confidence(evidence) - p) < 1e-9)
        }
    }

    @Test func `an unfamiliar picture makes every answer less sure`() {
        let calibration = Self.calibration(ContentHash(ofBytes: []))
        func confidence(_ distance: Double) -> Double {
            calibration.confidence(
                AnswerEvidence(
                    logProbabilities: [-0.01], isCaption: true,
                    standing: PictureStanding(nearest: distance, overall: 1, set: "b")))
        }

        #expect(confidence(1) > 0.7 && confidence(3) < confidence(1) && confidence(1000) < 1e-3)
    }

    @Test func `evidence has its numbers`() {
        let evidence = AnswerEvidence(
            logProbabilities: [-1, -3], isCaption: true,
            standing: PictureStanding(nearest: 2, overall: 3, set: "a"))

        #expect(evidence.value("mean_logprob") == -2 && evidence.value("least_logprob") == -3)
        #expect(evidence.value("first_logprob") == -1 && evidence.value("tokens") == log(3))
        #expect(evidence.value("caption") == 1 && evidence.value("nearest") == log(2))
        #expect(evidence.value("overall") == log(3))
        #expect(evidence.value("set:a") == 1 && evidence.value("set:b") == 0 && evidence.value("other") == nil)
        #expect(AnswerEvidence(logProbabilities: [], isCaption: false).value("nearest") == nil)
    }

    @Test func `pooled features are the whole and the deviation over its parts`() {
        let features = ImageFeatures(Tensor([9, 8, 1, 2, 3, 6], [1, 3, 2]))
        let plain = ImageFeatures(Tensor([1, 2, 3, 6], [1, 2, 2]))

        #expect(features.pooled(hasClassToken: true) == [9, 8, 1, 2])
        #expect(plain.pooled(hasClassToken: false) == [2, 4, 1, 2])
    }

    @Test func `a folder's record is read as it was written, other members stay`() throws {
        let folder = try calibrated()
        let read = try ModelFolder(path: folder.path)

        let estimator = try #require(read.confidence)

        #expect(estimator.familiarity == Self.familiarity(width: 2 * read.configuration.vision.width))
        #expect(estimator.calibration.unsureBelow == 0.4 && estimator.calibration.facts == .string("none"))
        #expect(estimator.calibration.known == Self.calibration(estimator.calibration.weights).known)
        #expect(read.prompts.caption == "a")
        #expect(try ModelFolder(path: Self.base).confidence == nil)
    }

    @Test func `under another bridge, or other weights, the tokens alone count`() throws {
        let folder = try calibrated()
        let weights = try CheckpointFolder(path: folder.path)
        let estimator = try #require(
            try ConfidenceEstimator(path: folder.path, weights: weights, hasBridge: true))
        #expect(estimator.familiarity == nil)

        // Projection of another model: every value moved a little.
        var items: [SafetensorsItem] = []
        for entry in weights.entries {
            let tensor = try #require(weights.file(of: entry.name)).tensor(named: entry.name).converted32()
            let moved = entry.name.hasPrefix("language_projection.") ? tensor.array.map { $0 + 0.01 } : tensor.array
            items.append(SafetensorsItem(entry.name, Tensor(moved, tensor.shape)))
        }
        try SafetensorsWriter().write(items, inFolder: folder.path)

        let other = try #require(try ModelFolder(path: folder.path).confidence)
        #expect(other.familiarity == nil)
        let confidence = other.confidence(logProbabilities: [log(0.3)], isCaption: true, standings: [])
        #expect(abs(confidence - 0.3) < 1e-9)
    }

    @Test func `the type that weights are stored in does not matter, a lost file does no harm`() throws {
        let folder = try calibrated()
        let target = try ScratchFolder()
        try ModelExport(base: folder.path, bridge: nil).write(to: target.path)
        #expect(try ModelFolder(path: target.path).confidence?.familiarity != nil, "a whole export is the same model")

        try target.remove(LorgnetteFiles.familiarityName)

        let estimator = try #require(try ModelFolder(path: target.path).confidence)
        #expect(estimator.familiarity == nil)
    }

    @Test(arguments: [
        (#"{"calibration": 3}"#, "calibration"), (#"{"calibration": {"format": 9}}"#, "format"),
        (#"{"calibration": {"format": 1, "weights": "00"}}"#, "weights"),
    ])
    func `a damaged record is told by its key`(text: String, key: String) throws {
        let folder = try ScratchFolder(copying: Self.base)
        try folder.write(text, "lorgnette.json")

        #expect {
            _ = try ModelFolder(path: folder.path)
        } throws: { "\($0)".contains(key) }
    }

    @Test func `a damaged file of familiarity is not used, and told when read`() throws {
        let folder = try calibrated()
        var bytes = try folder.bytes(LorgnetteFiles.familiarityName)
        bytes.removeLast(8)
        try folder.write(bytes, LorgnetteFiles.familiarityName)

        // It is no longer the file that the calibration was fitted with.
        #expect(try ModelFolder(path: folder.path).confidence?.familiarity == nil)
        #expect(throws: CheckpointError.self) {
            try PictureFamiliarity(path: folder.file(LorgnetteFiles.familiarityName))
        }
    }
}
