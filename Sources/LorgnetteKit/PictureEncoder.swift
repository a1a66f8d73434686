import Checkpoints
import Foundation
import Imaging
import TensorEngine
import VisionLanguage

/// The part of a model that looks at pictures, whatever else its folder holds: a whole vision–language model, one that compares
/// pictures with texts, or a vision encoder alone.
package struct PictureEncoder: PicturePreparing {
    private enum Source: Sendable {
        case whole(ModelFolder)
        case matching(MatchingFolder)
        case alone(VisionFolder)
    }

    private let source: Source

    /// The encoder in a folder of Hugging Face's layout.
    ///
    /// - Parameter bridge: a finetuned bridge to lay over a vision–language model's own; others take none.
    package init(folder: URL, bridge: URL? = nil, weights: WeightType = .auto) throws(LorgnetteError) {
        let path = folder.path(percentEncoded: false).droppingFinalSlash
        do {
            source = try Self.source(path, bridge?.path(percentEncoded: false).droppingFinalSlash, weights)
        } catch { throw LorgnetteError(error) }
    }

    private static func source(
        _ path: String, _ bridge: String?, _ weights: WeightType
    ) throws(ModelFolderError) -> Source {
        let config = try ModelFolder.config(at: path)
        let alone: VisionEncoderKind?
        let compares: Bool
        do {
            alone = try VisionEncoderKind.alone(config)
            compares = try MatchingConfiguration.describes(config)
        } catch { throw .config(error) }
        if let bridge, alone != nil || compares { throw .noBridgeToReplace(bridge: bridge, base: path) }
        if let alone { return .alone(try VisionFolder(path: path, kind: alone, weights: weights)) }
        if compares { return .matching(try MatchingFolder(path: path, weights: weights)) }
        return .whole(try ModelFolder(path: path, bridge: bridge, weights: weights))
    }

    package var processor: ImageProcessor {
        switch source {
        case .whole(let folder): folder.processor
        case .matching(let folder): folder.processor
        case .alone(let folder): folder.processor
        }
    }

    /// A stage's tensor for one prepared picture, with a first axis of 1.
    ///
    /// - Parameter prompt: what the bridge reads beside the picture, where it reads text; nil for the model's caption prompt.
    /// - Throws: where the model has no such stage, or the prompt cannot be read.
    package func tensor(
        of stage: EmbeddingStage, for picture: PixelBatch, prompt: String? = nil
    ) throws(LorgnetteError) -> Tensor {
        let pixels = picture.tensor  // [1, 3, height, width]
        if stage == .pixels { return pixels }
        let patch =
            switch source {
            case .whole(let folder): folder.configuration.vision.patch
            case .matching(let folder): folder.configuration.vision.patch
            case .alone(let folder): folder.kind.patch
            }
        try picture.require(patch: patch, of: "the picture")
        switch source {
        case .whole(let folder):
            let features = folder.model.features(of: pixels)
            if stage == .features { return features.tensor }
            let instruction: BridgeText?
            do { instruction = try folder.instruction(prompt ?? folder.prompts.caption) } catch {
                throw LorgnetteError(error)
            }
            let queries = folder.model.queryTokens(of: features, instruction: instruction)
            return stage == .queries ? queries.tensor : folder.model.embeddings(of: queries).tensor
        case .matching(let folder):
            let features = folder.model.features(of: pixels)
            if stage == .features { return features.tensor }
            guard stage == .queries else { throw missing(stage, in: folder.path, has: "pixels, features or queries") }
            return folder.model.queryTokens(of: features).tensor
        case .alone(let folder):
            guard stage.isBeforeBridge else { throw missing(stage, in: folder.path, has: "pixels or features") }
            return folder.encoder(pixels)
        }
    }

    private func missing(_ stage: EmbeddingStage, in path: String, has stages: String) -> LorgnetteError {
        LorgnetteError(
            kind: .badData, code: "stage",
            description: "\(path): this model has no \(stage.rawValue); ask for \(stages)")
    }
}
