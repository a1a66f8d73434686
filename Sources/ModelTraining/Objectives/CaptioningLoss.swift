import TensorEngine
import VisionLanguage

/// The losses of one batch of the second stage, each a scalar.
package struct CaptioningLosses: Sendable {
    /// The language model's: of the labelled tokens.
    package let writing: Tensor
    /// Of the image tokens that are to stand for tokens; nil where none are.
    package let alignment: Tensor?
}

extension VisionLanguageModel {
    /// The language-model loss of BLIP-2's second stage: the mean cross-entropy of the labelled tokens, each predicted from
    /// the position before it (BLIP2.md §2.4).
    ///
    /// - Parameters:
    ///   - features: of the batch's pictures, where they were made before: those of a frozen vision encoder need be computed
    ///     once a picture.
    package func loss(_ batch: CaptioningBatch, features: ImageFeatures? = nil) -> Tensor {
        losses(batch, features: features).writing
    }

    /// The same loss, beside that of what image tokens are to stand for.
    ///
    /// - Parameters:
    ///   - alignment: measures the second; nil leaves it out.
    ///   - labels, meanings: what to divide the sums by, where it is not the batch's own numbers of them (parts of one step share
    ///     theirs).
    package func losses(
        _ batch: CaptioningBatch, features: ImageFeatures? = nil, alignment: EmbeddingAlignment? = nil,
        labels: Int? = nil, meanings: Int? = nil
    ) -> CaptioningLosses {
        let features =
            switch (features, batch.pictures) {
            case (let known?, _): known
            case (nil, .features(let known)): known
            case (nil, .pixels(let pixels)): self.features(of: pixels)
            }
        let images = embeddings(of: queryTokens(of: features, instruction: batch.instruction))
        let targets = batch.targets
        // Only positions with a label need logits: most of the head's work is saved, and most of the memory.
        let asked = targets.indices.filter { targets[$0] >= 0 }
        // Everything before the first label: pictures and prompt.
        let prefixes = batch.labels.map { row in row.firstIndex { $0 >= 0 } ?? 0 }
        let logits = logits(
            ids: batch.ids, lengths: batch.lengths, answers: batch.answers, images: images, at: asked,
            prefixes: prefixes)
        return CaptioningLosses(
            writing: logits.crossEntropy(labels: asked.map { targets[$0] }, normaliser: labels.map { Float($0) }),
            alignment: alignment.map {
                $0.loss(of: images.tensor, meanings: batch.meanings, normaliser: meanings)
            })
    }
}
