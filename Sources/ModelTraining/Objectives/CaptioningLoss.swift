import TensorEngine
import VisionLanguage

extension VisionLanguageModel {
    /// The language-model loss of BLIP-2's second stage: the mean cross-entropy of the labelled tokens, each predicted from
    /// the position before it (BLIP2.md §2.4).
    ///
    /// - Parameters:
    ///   - features: of the batch's pictures, where they were made before: those of a frozen vision encoder need be computed
    ///     once a picture.
    ///   - labels: what to divide the sum by, where it is not the batch's own number of labels (parts of one step share
    ///     theirs).
    package func loss(_ batch: CaptioningBatch, features: ImageFeatures? = nil, labels: Int? = nil) -> Tensor {
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
        return logits.crossEntropy(labels: asked.map { targets[$0] }, normaliser: labels.map { Float($0) })
    }
}
