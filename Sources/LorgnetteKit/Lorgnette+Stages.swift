import Imaging
import TensorEngine
import VisionLanguage

/// The stages on a picture's way to the decoder, under the names of `lorgnette embed --stage`.
public enum EmbeddingStage: String, Sendable, CaseIterable {
    /// Normalised pixels, `[3, height, width]`.
    case pixels
    /// What the vision encoder makes of them, `[tokens, visionWidth]`.
    case features
    /// What the bridge reads out of the features, `[queries, queryWidth]`.
    case queries
    /// Query tokens projected to the decoder's width, `[queries, decoderWidth]`.
    case embeddings
}

extension Lorgnette {
    /// A stage's tensor for one prepared picture, with a first axis of 1.
    package func tensor(of stage: EmbeddingStage, for picture: PixelBatch) -> Tensor {
        let pixels = picture.tensor  // [1, 3, height, width]
        if stage == .pixels { return pixels }
        let features = folder.model.features(of: pixels)
        if stage == .features { return features.tensor }
        let queries = folder.model.queryTokens(of: features)
        return stage == .queries ? queries.tensor : folder.model.embeddings(of: queries).tensor
    }
}
