import TensorEngine

/// An example's place in a batch.
package struct TextSegment: Sendable, Equatable {
    /// The row.
    package var row: Int
    /// Its columns.
    package var columns: Range<Int>
    /// Columns at its front that are not targets: leading tokens and inputs.
    package var prefix: Int
    /// The place of its denoiser among the batch's.
    package var denoiser: Int
    /// The place of its part among the sampler's; 0 in windows of a text.
    package var part: Int
    /// The place of its document in the part's stream.
    package var document: Int
}

/// Rows of tokens with all that a decoder's loss needs. Rows hold whole examples one after the other, then padding.
///
///     var pass = DecoderPass(positions: batch.positions, mask: batch.mask)
///     let hidden = decoder.hiddenStates(decoder.embeddings(of: batch.ids).reshaped(…), pass: &pass)
///     let loss = decoder.logits(hidden).crossEntropy(labels: batch.labels, weights: batch.weights)
package struct TextBatch: Sendable, Equatable {
    /// Rows.
    package let rows: Int
    /// Tokens of a row.
    package let length: Int
    /// `[rows·length]`, row by row.
    package let ids: [Int]
    /// What each position is to predict, the token after it, `[rows·length]`; −100 where nothing is.
    package let labels: [Int]
    /// What each position's loss counts, `[rows·length]`; 0 where nothing is predicted.
    package let weights: [Float]
    /// `[rows·length]`, from 0 in each example.
    package let positions: [Int]
    /// Keys that each position sees, counted within its row: its own example's inputs, where it is one of them and the
    /// denoiser lets them see each other; else its example up to itself. Padding sees nothing and is seen by nothing.
    package let mask: AttentionMask
    /// The examples, row by row.
    package let segments: [TextSegment]
    /// The names of the denoisers that segments point to.
    package let denoisers: [String]

    /// The label of a position that predicts nothing.
    package static let ignored = -100

    /// The place of each position's denoiser among `denoisers`, `[rows·length]`; −1 for padding.
    package var denoiserOfPosition: [Int] {
        var places = [Int](repeating: -1, count: rows * length)
        for segment in segments {
            for column in segment.columns { places[segment.row * length + column] = segment.denoiser }
        }
        return places
    }

    /// Weights for the loss of one denoiser alone, `[rows·length]`.
    package func weights(ofDenoiser index: Int) -> [Float] {
        zip(weights, denoiserOfPosition).map { $1 == index ? $0 : 0 }
    }

    /// Positions that predict something.
    package var lossTokens: Int { labels.count { $0 >= 0 } }

    /// Positions that hold an example.
    package var usedPositions: Int { segments.reduce(0) { $0 + $1.columns.count } }

    /// The rows `range` as a batch of their own (micro-batches of one step).
    package func rows(_ range: Range<Int>) -> TextBatch {
        let cells = range.lowerBound * length..<range.upperBound * length
        return TextBatch(
            rows: range.count, length: length, ids: Array(ids[cells]), labels: Array(labels[cells]),
            weights: Array(weights[cells]), positions: Array(positions[cells]),
            mask: AttentionMask(
                first: Array(mask.first[cells]), end: Array(mask.end[cells]), queries: length),
            segments: segments.filter { range.contains($0.row) }.map {
                var segment = $0
                segment.row -= range.lowerBound
                return segment
            }, denoisers: denoisers)
    }
}
