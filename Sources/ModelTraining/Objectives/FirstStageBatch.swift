import Foundation
import TensorEngine
import VisionLanguage

/// One batch of pictures, each with a text that is true of it: what the first stage compares, matches and writes.
package struct FirstStageBatch: Sendable {
    /// `[rows, 3, height, width]`
    package let pixels: Tensor
    /// The text of each row as it is read.
    package let read: BridgeText
    /// The same texts as they are written: `[DEC]` first, the end token last.
    package let written: BridgeText
    /// Whether the text of row t is true of the picture of row p, at `p·rows + t`: of its own, of the same picture drawn again,
    /// and of every other that the same text stands beside.
    package let isTrue: [Bool]

    /// A batch of these parts.
    ///
    /// - Precondition: each picture's own text is true of it.
    package init(pixels: Tensor, read: BridgeText, written: BridgeText, isTrue: [Bool]) {
        let rows = read.ids.count
        precondition(pixels.shape[0] == rows && written.ids.count == rows, "\(pixels.shape) for \(rows) texts")
        precondition(Self.holds(isTrue, rows), "truth of \(rows) rows, each true of itself")
        self.pixels = pixels
        self.read = read
        self.written = written
        self.isTrue = isTrue
    }

    @inline(never) private static func holds(_ isTrue: [Bool], _ rows: Int) -> Bool {
        isTrue.count == rows * rows && (0..<rows).allSatisfy { isTrue[$0 * rows + $0] }
    }

    /// Rows.
    package var count: Int { read.ids.count }

    /// Tokens of all texts as they are read, padding not counted.
    package var tokenCount: Int { read.lengths.reduce(0, +) }

    /// Tokens that are asked for in writing.
    package var labelCount: Int { written.lengths.reduce(0) { $0 + $1 - 1 } }

    /// For each picture the share of each text in what the comparison is told, `[pictures, texts]` (LAVIS: label smoothing s, and
    /// soft targets where a picture or text is there twice): `(1 − s)·true/Σ true + s/rows`.
    ///
    /// - Parameter ofTexts: whether rows are texts and columns pictures.
    package func targets(smoothing: Float, ofTexts: Bool) -> Tensor {
        let rows = count
        var shares = [Float](repeating: smoothing / Float(rows), count: rows * rows)
        for row in 0..<rows {
            let places = (0..<rows).map { ofTexts ? $0 * rows + row : row * rows + $0 }
            let own = (1 - smoothing) / Float(places.count { isTrue[$0] })
            for (column, place) in places.enumerated() where isTrue[place] { shares[row * rows + column] += own }
        }
        return Tensor(shares, [rows, rows])
    }
}

/// For each row a picture and a text that do not belong to it: what matching is told to refuse.
package struct HardNegatives: Sendable, Equatable {
    /// For each text the row of a picture that it is not true of; nil where it is true of all.
    package let pictures: [Int?]
    /// For each picture the row of a text that is not true of it; nil where all are.
    package let texts: [Int?]

    /// These rows.
    package init(pictures: [Int?], texts: [Int?]) {
        self.pictures = pictures
        self.texts = texts
    }

    /// Draws them with the probabilities that the comparison gives: the more a wrong one looks right, the more often.
    ///
    /// - Parameters:
    ///   - scores: similarities over the temperature, `[pictures, texts]`.
    ///   - batch: which are true, and so never drawn.
    package init(scores: Tensor, of batch: FirstStageBatch, using generator: inout SeededGenerator) {
        let (rows, values) = (batch.count, scores.array)
        func drawn(_ places: [Int]) -> Int? {
            let wrong = places.indices.filter { !batch.isTrue[places[$0]] }
            guard let greatest = wrong.map({ values[places[$0]] }).max() else { return nil }
            // Softmax without its divisor; the greatest weight is 1.
            let weights = wrong.map { exp(Double(values[places[$0]] - greatest)) }
            var left = generator.unit() * weights.reduce(0, +)
            for (index, weight) in zip(wrong, weights) {
                left -= weight
                if left < 0 { return index }
            }
            return wrong.last
        }
        pictures = (0..<rows).map { text in drawn((0..<rows).map { $0 * rows + text }) }
        texts = (0..<rows).map { picture in drawn((0..<rows).map { picture * rows + $0 }) }
    }
}
