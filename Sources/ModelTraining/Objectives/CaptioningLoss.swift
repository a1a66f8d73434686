import TensorEngine
import VisionLanguage

/// One batch of pictures and token sequences, padded at the end.
package struct CaptioningBatch: Sendable {
    /// `[batch, 3, height, width]`
    package var pixels: Tensor
    /// `[batch][sequence]`, image tokens as the model's image id.
    package var ids: [[Int]]
    /// Tokens of each sequence, padding not counted.
    package var lengths: [Int]
    /// `[batch][sequence]`: the id to be written at each position, −100 where nothing is asked (images, prompt, padding).
    package var labels: [[Int]]

    /// A batch of these parts.
    package init(pixels: Tensor, ids: [[Int]], lengths: [Int], labels: [[Int]]) {
        self.pixels = pixels
        self.ids = ids
        self.lengths = lengths
        self.labels = labels
    }
}

extension VisionLanguageModel {
    /// The language-model loss of BLIP-2's second stage: the mean cross-entropy of the labelled tokens, each predicted from
    /// the position before it (BLIP2.md §2.4).
    package func loss(_ batch: CaptioningBatch) -> Tensor {
        let images = embeddings(of: queryTokens(of: features(of: batch.pixels)))
        // A prefix language model reads pictures and prompt both ways: everything before the first label.
        let prefixes = batch.labels.map { $0.firstIndex { $0 >= 0 } ?? 0 }
        // [batch, sequence, vocabulary]
        let logits = logits(
            ids: batch.ids, lengths: batch.lengths, images: images,
            prefixes: decoder.readsPrefixBothWays ? prefixes : nil
        ).logits
        // The label of a position is the token after it.
        let targets = batch.labels.flatMap { Array($0.dropFirst()) + [-100] }
        return logits.crossEntropy(labels: targets)
    }
}
