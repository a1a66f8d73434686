/// Winoground's scores (Thrush et al. 2022): two pictures, two captions of the same words.
package enum Winoground {
    /// What a model says of the four pairs: a probability, a similarity, a log-probability.
    package struct Scores: Sendable, Equatable {
        /// `pairs[c][i]`: caption c with picture i.
        package let pairs: [[Double]]

        /// The four scores, caption first, picture second.
        package init(caption0Image0: Double, caption0Image1: Double, caption1Image0: Double, caption1Image1: Double) {
            pairs = [[caption0Image0, caption0Image1], [caption1Image0, caption1Image1]]
        }

        /// For each picture its own caption scores higher. A tie is wrong.
        package var isTextRight: Bool { pairs[0][0] > pairs[1][0] && pairs[1][1] > pairs[0][1] }
        /// For each caption its own picture scores higher. A tie is wrong.
        package var isImageRight: Bool { pairs[0][0] > pairs[0][1] && pairs[1][1] > pairs[1][0] }
        /// Both.
        package var isGroupRight: Bool { isTextRight && isImageRight }
    }

    /// Shares of items that are right; by chance 1/4, 1/4 and 1/6.
    /// - Throws: `MetricError.empty`.
    package static func shares(_ items: [Scores]) throws(MetricError) -> (text: Double, image: Double, group: Double) {
        guard !items.isEmpty else { throw .empty(metric: "Winoground") }
        let count = Double(items.count)
        return (
            Double(items.count { $0.isTextRight }) / count, Double(items.count { $0.isImageRight }) / count,
            Double(items.count { $0.isGroupRight }) / count
        )
    }
}
