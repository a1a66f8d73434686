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

    /// Labels that are asked for.
    package var labelCount: Int { labels.reduce(0) { $0 + $1.count { $0 >= 0 } } }

    /// Tokens, image tokens included and padding not.
    package var tokenCount: Int { lengths.reduce(0, +) }

    /// The batch of these pictures and rows: image tokens, start token, prompt, text, end token; the last two are asked for.
    ///
    /// - Parameter pixels: `[rows, 3, height, width]`
    package init(pixels: Tensor, rows: [TokenRow], imageID: Int, imageTokens: Int) {
        precondition(pixels.shape[0] == rows.count, "\(pixels.shape) pixels for \(rows.count) rows")
        let image = [Int](repeating: imageID, count: imageTokens)
        let sequences = rows.map { image + $0.prompt + $0.text }
        let longest = sequences.map(\.count).max() ?? 0
        self.pixels = pixels
        // Padding is masked; any id that has an embedding does.
        ids = sequences.map { $0 + [Int](repeating: 0, count: longest - $0.count) }
        lengths = sequences.map(\.count)
        labels = zip(sequences, rows).map { sequence, row in
            [Int](repeating: -100, count: sequence.count - row.text.count) + row.text
                + [Int](repeating: -100, count: longest - sequence.count)
        }
    }

    /// The rows of `range` alone, with no more padding than they need.
    package func rows(_ range: Range<Int>) -> CaptioningBatch {
        let longest = lengths[range].max() ?? 0
        return CaptioningBatch(
            pixels: pixels.slice(range), ids: ids[range].map { Array($0.prefix(longest)) },
            lengths: Array(lengths[range]), labels: labels[range].map { Array($0.prefix(longest)) })
    }
}

/// A row's prompt and text as ids.
package struct TokenRow: Sendable, Equatable {
    /// Start token and prompt.
    package let prompt: [Int]
    /// What is to be written, its end token included where the text was not cut.
    package let text: [Int]

    /// A row of these ids.
    package init(prompt: [Int], text: [Int]) {
        self.prompt = prompt
        self.text = text
    }
}
