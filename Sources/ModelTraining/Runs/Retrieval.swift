/// How well texts are found by pictures and pictures by texts, from a table of similarities.
///
/// A row's rank is the number of wrong candidates that are at least as similar as the most similar true one, so that ties
/// count against the model.
package struct Retrieval: Sendable {
    /// For each picture the wrong texts before its best true one.
    private let textRanks: [Int]
    /// For each text the wrong pictures before its best true one.
    private let pictureRanks: [Int]
    /// Share of the pairs that are true: how often the first of a list in random order is right.
    package let chance: Double

    /// - Parameters:
    ///   - similarity: `[pictures·texts]`
    ///   - isTrue: whether a text is true of a picture, `[pictures·texts]`; each picture and each text has one that is.
    package init(_ similarity: [Float], pictures: Int, isTrue: [Bool]) {
        precondition(similarity.count == isTrue.count && pictures > 0, "\(similarity.count) similarities")
        let texts = similarity.count / pictures
        func rank(_ places: [Int]) -> Int {
            let best = places.filter { isTrue[$0] }.map { similarity[$0] }.max() ?? -.infinity
            return places.count { !isTrue[$0] && similarity[$0] >= best }
        }
        textRanks = (0..<pictures).map { picture in rank((0..<texts).map { picture * texts + $0 }) }
        pictureRanks = (0..<texts).map { text in rank((0..<pictures).map { $0 * texts + text }) }
        chance = Double(isTrue.count { $0 }) / Double(max(1, isTrue.count))
    }

    /// Share of pictures with a true text among the first `count`.
    package func texts(within count: Int) -> Double { Self.share(textRanks, count) }

    /// Share of texts with a picture that they are true of among the first `count`.
    package func pictures(within count: Int) -> Double { Self.share(pictureRanks, count) }

    /// The mean of both at one.
    package var firstHits: Double { (texts(within: 1) + pictures(within: 1)) / 2 }

    /// Recall at 1, 5 and 10 both ways, by its name in the log.
    var facts: [(key: String, value: Double)] {
        [1, 5, 10].flatMap { count in
            [
                ("dev_text_recall_\(count)", texts(within: count)),
                ("dev_picture_recall_\(count)", pictures(within: count)),
            ]
        }
    }

    private static func share(_ ranks: [Int], _ count: Int) -> Double {
        Double(ranks.count { $0 < count }) / Double(max(1, ranks.count))
    }
}
