import Checkpoints
import Foundation
import TensorEngine

/// Says of a model's answers how probably they are right, where the model's folder carries a calibration.
package struct ConfidenceEstimator: Sendable {
    /// The numbers.
    package let calibration: ConfidenceCalibration
    /// The pictures that the model learned from; nil where the model is not the one that they were measured with, or the
    /// file that the calibration was fitted with is not there: confidence is then that of the answer's tokens.
    package let familiarity: PictureFamiliarity?

    /// An estimator of these parts.
    package init(calibration: ConfidenceCalibration, familiarity: PictureFamiliarity?) {
        self.calibration = calibration
        self.familiarity = familiarity
    }

    /// The estimator of the model folder at `path`; nil where its `lorgnette.json` has no calibration.
    ///
    /// - Parameter hasBridge: whether another bridge is laid over the folder's own.
    package init?(path: String, weights: CheckpointFolder, hasBridge: Bool) throws(ModelFolderError) {
        do throws(ConfigError) {
            let config = try ConfigObject(path: path + "/" + LorgnetteFiles.name)
            guard let calibration = try ConfidenceCalibration(config) else { return nil }
            self.calibration = calibration
        } catch {
            if error.problem == .missingFile { return nil }
            throw .config(error)
        }
        let file = path + "/" + LorgnetteFiles.familiarityName
        do throws(CheckpointError) {
            guard !hasBridge, FileManager.default.fileExists(atPath: file),
                try Self.hash(of: weights) == calibration.weights,
                try ContentHash(ofFile: file) == calibration.familiarityFile
            else {
                familiarity = nil
                return
            }
            familiarity = try PictureFamiliarity(path: file)
        } catch { throw .checkpoint(error) }
    }

    /// How a picture stands; nil where nothing says.
    ///
    /// - Parameter features: of one picture, `[1, tokens, width]`.
    package func standing(of features: ImageFeatures) -> PictureStanding? {
        guard let familiarity else { return nil }
        let pooled = features.pooled(hasClassToken: familiarity.hasClassToken)
        return pooled.count == familiarity.width ? familiarity.standing(of: pooled) : nil
    }

    /// The probability that an answer is right: of several pictures, the least familiar counts.
    package func confidence(
        logProbabilities: [Double], isCaption: Bool, standings: [PictureStanding]
    ) -> Double {
        guard !logProbabilities.isEmpty else { return 0 }
        let least = standings.max { $0.nearest < $1.nearest }
        return calibration.confidence(
            AnswerEvidence(logProbabilities: logProbabilities, isCaption: isCaption, standing: least))
    }

    /// By what a calibration knows the model it was fitted for: SHA-256 of the values, in float32, of what stands between the
    /// querying transformer and the language model, and of the learned queries. Every finetuning changes them, and they are
    /// small enough to be hashed whenever a model is opened; the type they are stored in does not matter.
    package static func hash(of weights: CheckpointFolder) throws(CheckpointError) -> ContentHash {
        let names = weights.entries.map(\.name).filter { name in
            !["vision_model.", "language_model.", "qformer."].contains(where: name.hasPrefix)
        }
        var bytes: [UInt8] = []
        for name in names.sorted() {
            guard let file = weights.file(of: name) else { continue }
            let tensor = try file.tensor(named: name)
            bytes += Array("\(name) \(tensor.shape)\n".utf8)
            for value in tensor.converted32().array {
                let bits = value.bitPattern
                bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
            }
        }
        return ContentHash(ofBytes: bytes)
    }
}
