/// MMBench's circular evaluation (Liu et al. 2023): a question counts where every rotation of its options is answered
/// right.
package enum MMBench {
    /// One row of the file.
    package struct Row: Sendable, Equatable {
        /// Rotations of one question have indices that differ by multiples of a million.
        package let index: Int
        /// Whether the extracted letter equals the row's answer; false where none could be extracted.
        package let isCorrect: Bool
        /// The category for the breakdown.
        package let category: String

        /// One row.
        package init(index: Int, isCorrect: Bool, category: String) {
            self.index = index
            self.isCorrect = isCorrect
            self.category = category
        }
    }

    /// The scores of all questions.
    package struct Score: Sendable, Equatable {
        /// Share of questions with all rotations right.
        package let circular: Double
        /// Share of unrotated rows that are right.
        package let vanilla: Double
        /// The circular score by category.
        package let byCategory: [String: Double]
    }

    /// Rotations of a question add multiples of this to its index.
    package static let rotationStep = 1_000_000

    /// Circular and vanilla score.
    /// - Throws: `MetricError.empty`.
    package static func score(_ rows: [Row]) throws(MetricError) -> Score {
        guard !rows.isEmpty else { throw .empty(metric: "MMBench") }
        var hits: [Int: Bool] = [:]
        var categories: [Int: String] = [:]
        for row in rows {
            let question = row.index % rotationStep
            hits[question] = (hits[question] ?? true) && row.isCorrect
            if row.index < rotationStep || categories[question] == nil { categories[question] = row.category }
        }
        let base = rows.filter { $0.index < rotationStep }
        var grouped: [String: [Bool]] = [:]
        for (question, isHit) in hits { grouped[categories[question] ?? "", default: []].append(isHit) }
        return Score(
            circular: share(Array(hits.values)), vanilla: share(base.map(\.isCorrect)),
            byCategory: grouped.mapValues(share))
    }

    /// The rotations of a question with `count` options: for k = 0 ..< count, the options in the order in which they
    /// are shown (`options[(i + k) % count]` at place i), the place of the right one, and what k adds to the index.
    package static func rotations(count: Int, answer: Int) -> [(order: [Int], answer: Int, indexOffset: Int)] {
        (0..<count).map { shift in
            ((0..<count).map { ($0 + shift) % count }, (answer - shift + count) % count, shift * rotationStep)
        }
    }

    private static func share(_ values: [Bool]) -> Double {
        values.isEmpty ? 0 : Double(values.count { $0 }) / Double(values.count)
    }
}
