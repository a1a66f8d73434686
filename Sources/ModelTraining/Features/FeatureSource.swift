import Checkpoints
import Foundation
import InterleavedData
import JSONText
import TensorEngine
import VisionLanguage

extension FeatureLookup {
    /// Where the features of a run's pictures are kept; nil where the recipe asks for no cache.
    ///
    /// - Parameter base: the model folder that the run begins with.
    static func of(
        _ recipe: FinetuneRecipe, base: String, files: RunFolder, fingerprint: BaseFingerprint
    ) throws(TrainingError) -> FeatureLookup? {
        guard let folder = recipe.featureFolder(inRun: files.path) else { return nil }
        let source = try source(recipe, base, fingerprint)
        do { return FeatureLookup(try FeatureStore(folder: folder, source: source)) } catch {
            throw .featureCache(error)
        }
    }

    /// A hash of everything that decides a picture's features beside its bytes and how it is varied: the encoder's weights and
    /// sizes, pre-processing, and the arithmetic of this machine.
    private static func source(
        _ recipe: FinetuneRecipe, _ base: String, _ fingerprint: BaseFingerprint
    ) throws(TrainingError) -> ContentHash {
        var lines = ["arithmetic \(Arithmetic.name)", "precision \(recipe.precision.rawValue)"]
        for part in [BaseFingerprint.Part.visionEncoder, .preprocessing] {
            lines.append("\(part.rawValue) \(fingerprint.hashes[part]?.description ?? "")")
        }
        do throws(ModelFolderError) {
            if !recipe.bridge.isEmpty {
                // A bridge may bring trained layers of the vision encoder.
                let bridge = try BridgeFolder(path: recipe.bridge)
                lines.append("laid over \(ContentHash(of: bridge.weights) { $0.hasPrefix("vision_model.") })")
            }
            let config = try ModelFolder.config(at: base)
            for key in ["model_type", "vision_config"] { lines.append("\(key) \(config.value(key)?.text ?? "")") }
        } catch { throw .model(error) }
        // Folders of transformers 5 say the pre-processing here.
        let processor = base + "/processor_config.json"
        if FileManager.default.fileExists(atPath: processor) {
            do { lines.append("processor \(try ContentHash(ofFile: processor))") } catch { throw .checkpoint(error) }
        }
        return ContentHash(ofBytes: Array(lines.joined(separator: "\n").utf8))
    }
}

extension FinetuneRecipe {
    /// The folder of the feature cache of a run in the folder `run`; nil where there is to be none.
    func featureFolder(inRun run: String) -> String? {
        switch featureCache {
        case "", "false", "no", "off": nil
        case "true", "yes", "on": run + "/features"
        default: featureCache
        }
    }

    /// Whether features are cached.
    var cachesFeatures: Bool { featureFolder(inRun: "") != nil }

    /// Throws where features are to be found again that never come again.
    func checkFeatureCache(file: String) throws(TrainingError) {
        guard cachesFeatures else { return }
        guard train.part != .vision else {
            throw .recipe(
                file: file, key: "feature_cache",
                problem: "the vision encoder is trained (train.part: vision), so features change with every step: "
                    + "train qformer or projection, or set it to false")
        }
        let documents = interleaved.documents
        if let index = documents.firstIndex(where: { $0.augmentation != Augmentation() && $0.views == 0 }) {
            throw .recipe(
                file: file, key: "interleaved.documents[\(index)].views",
                problem: "its pictures are varied anew at every step, so no features come again: "
                    + "give the number of variations of each picture (4, say), or set feature_cache to false")
        }
        if let index = data.firstIndex(where: { $0.augmentation != Augmentation() && $0.views == 0 }) {
            throw .recipe(
                file: file, key: "data[\(index)].views",
                problem: "its pictures are varied anew at every step, so no features come again: "
                    + "give the number of variations of each picture (4, say), or set feature_cache to false")
        }
    }
}
