/// Recall at 1, 5 and 10 of image–text retrieval, both ways, as LAVIS computes it.
///
/// Candidates are ranked by score, descending; of equal scores the later candidate comes first (LAVIS reverses an
/// ascending order). An image is found at the best rank of any of its texts.
package struct RetrievalRecall: Sendable, Equatable {
    /// The ranks that count.
    package static let cutoffs = [1, 5, 10]

    /// Share of images with one of their texts among the first 1, 5, 10.
    package let textRecall: [Double]
    /// Share of texts with their image among the first 1, 5, 10.
    package let imageRecall: [Double]
    /// Mean of the six.
    package var mean: Double { (textRecall + imageRecall).reduce(0, +) / 6 }
    /// What LAVIS selects models by: mean of the three of text retrieval.
    package var textMean: Double { textRecall.reduce(0, +) / 3 }

    /// Recalls of a set.
    ///
    /// - Parameters:
    ///   - imageToText: `[images][texts]`, the score of each text for each image.
    ///   - textToImage: `[texts][images]`, the score of each image for each text; with reranking not the transpose.
    ///   - imageOfText: the image of each text.
    /// - Throws: `MetricError` where the shapes do not fit or there is nothing to rank.
    package init(
        imageToText: [[Double]], textToImage: [[Double]], imageOfText: [Int]
    ) throws(MetricError) {
        let (images, texts) = (imageToText.count, imageOfText.count)
        guard images > 0, texts > 0 else { throw .empty(metric: "retrieval") }
        guard textToImage.count == texts else {
            throw .lengthMismatch(metric: "retrieval", first: textToImage.count, second: texts)
        }
        if let row = imageToText.first(where: { $0.count != texts }) {
            throw .lengthMismatch(metric: "retrieval", first: row.count, second: texts)
        }
        if let row = textToImage.first(where: { $0.count != images }) {
            throw .lengthMismatch(metric: "retrieval", first: row.count, second: images)
        }
        if let wrong = imageOfText.firstIndex(where: { !(0..<images).contains($0) }) {
            throw .valueOutOfRange(
                metric: "retrieval", index: wrong, value: Double(imageOfText[wrong]), allowed: "an image")
        }
        var textsOfImage = [[Int]](repeating: [], count: images)
        for (text, image) in imageOfText.enumerated() { textsOfImage[image].append(text) }
        let textRanks = imageToText.indices.map { image in
            textsOfImage[image].map { Self.rank(of: $0, in: imageToText[image]) }.min() ?? Int.max
        }
        let imageRanks = textToImage.indices.map { Self.rank(of: imageOfText[$0], in: textToImage[$0]) }
        textRecall = Self.recalls(textRanks)
        imageRecall = Self.recalls(imageRanks)
    }

    /// How many candidates come before this one.
    static func rank(of candidate: Int, in scores: [Double]) -> Int {
        let own = scores[candidate]
        return scores.indices.count { scores[$0] > own || (scores[$0] == own && $0 > candidate) }
    }

    private static func recalls(_ ranks: [Int]) -> [Double] {
        cutoffs.map { cutoff in Double(ranks.count { $0 < cutoff }) / Double(ranks.count) }
    }
}
