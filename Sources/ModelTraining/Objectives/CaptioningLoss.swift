import TensorEngine
import VisionLanguage

extension VisionLanguageModel {
    /// The language-model loss of BLIP-2's second stage: the mean cross-entropy of the labelled tokens, each predicted from
    /// the position before it (BLIP2.md §2.4).
    ///
    /// - Parameter labels: what to divide the sum by, where it is not the batch's own number of labels (parts of one step
    ///   share theirs).
    package func loss(_ batch: CaptioningBatch, labels: Int? = nil) -> Tensor {
        let images = embeddings(of: queryTokens(of: features(of: batch.pixels)))
        // [batch, sequence, vocabulary]
        let logits = logits(ids: batch.ids, lengths: batch.lengths, images: images).logits
        // The label of a position is the token after it.
        let targets = batch.labels.flatMap { Array($0.dropFirst()) + [-100] }
        return logits.crossEntropy(labels: targets, normaliser: labels.map { Float($0) })
    }
}
