/// ROUGE-L as pycocoevalcap's `Rouge` (Lin 2004): a measure by the longest common subsequence.
///
/// With P and R the best precision and the best recall over the references, each by itself, β = 1.2:
///
///     score = (1 + β²) · P · R / (R + β² · P), 0 where P or R is 0
///
/// Tokens are what stands between single blanks, so the empty string is one empty token: two empty captions score 1.
package enum ROUGEL {
    private static let beta = 1.2

    /// The score of each image; the corpus score is their mean.
    package static func scores(_ comparisons: [CaptionComparison]) -> [Double] {
        var words = WordTable()
        return comparisons.map { comparison in
            let candidate = words.numbers(of: comparison.candidate, splitAt: .blank)
            return score(candidate, comparison.references.map { words.numbers(of: $0, splitAt: .blank) })
        }
    }

    private static func score(_ candidate: [Int32], _ references: [[Int32]]) -> Double {
        var precision = 0.0
        var recall = 0.0
        for reference in references {
            let common = Double(longestCommonSubsequence(candidate, reference))
            precision = max(precision, common / Double(candidate.count))
            recall = max(recall, common / Double(reference.count))
        }
        guard precision != 0, recall != 0 else { return 0 }
        return (1 + beta * beta) * precision * recall / (recall + beta * beta * precision)
    }

    /// - Complexity: O(left · right).
    static func longestCommonSubsequence(_ left: [Int32], _ right: [Int32]) -> Int {
        var row = [Int](repeating: 0, count: right.count + 1)
        for word in left {
            var diagonal = 0
            for position in 0..<right.count {
                let above = row[position + 1]
                row[position + 1] = word == right[position] ? diagonal + 1 : max(above, row[position])
                diagonal = above
            }
        }
        return row[right.count]
    }
}
