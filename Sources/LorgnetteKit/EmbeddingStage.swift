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

extension EmbeddingStage {
    /// Whether a model that is a vision encoder alone has this stage.
    var isBeforeBridge: Bool { self == .pixels || self == .features }
}
