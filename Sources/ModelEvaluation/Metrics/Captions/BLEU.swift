import Foundation

/// BLEU-1 to BLEU-4 as pycocoevalcap's `Bleu(4)` (Papineni et al. 2002, with its additive constants).
///
/// With Σ over images, m_n the clipped matches, g_n = max(0, c − n + 1) the guesses, c the candidate's length and r the
/// length of the reference that is closest to it, the shorter one on a tie:
///
///     BLEU-n = (Π_{k ≤ n} (Σm_k + 1e-15) / (Σg_k + 1e-9))^{1/n} · exp(1 − 1/ρ) where ρ = (Σc + 1e-15) / (Σr + 1e-9) < 1
///
/// The constants decide where there is no match: BLEU-4 of one short sentence is about 1e-4, not 0.
package enum BLEU {
    /// What BLEU counts in one image, or in many.
    package struct Counts: Sendable, Equatable {
        /// Clipped matches of n-grams, n = 1…4.
        package var matches = [Int](repeating: 0, count: NGramTable.longest)
        /// N-grams of the candidate, n = 1…4.
        package var guesses = [Int](repeating: 0, count: NGramTable.longest)
        /// Words of the candidate.
        package var candidateLength = 0
        /// Words of the closest reference.
        package var referenceLength = 0

        /// Nothing counted.
        package init() {}

        /// The counts of both together.
        package static func + (left: Counts, right: Counts) -> Counts {
            var sum = left
            for order in 0..<NGramTable.longest {
                sum.matches[order] += right.matches[order]
                sum.guesses[order] += right.guesses[order]
            }
            sum.candidateLength += right.candidateLength
            sum.referenceLength += right.referenceLength
            return sum
        }

        /// BLEU-1…BLEU-4 of these counts.
        package var scores: [Double] {
            let ratio = (Double(candidateLength) + 1e-15) / (Double(referenceLength) + 1e-9)
            let penalty = ratio < 1 ? exp(1 - 1 / ratio) : 1
            var product = 1.0
            return (0..<NGramTable.longest).map { order in
                product *= (Double(matches[order]) + 1e-15) / (Double(guesses[order]) + 1e-9)
                return pow(product, 1 / Double(order + 1)) * penalty
            }
        }
    }

    /// The counts of each image.
    package static func counts(_ comparisons: [CaptionComparison]) -> [Counts] {
        var words = WordTable()
        var table = NGramTable()
        return comparisons.map { comparison in
            let candidate = words.numbers(of: comparison.candidate, splitAt: .whiteSpace)
            let references = comparison.references.map { words.numbers(of: $0, splitAt: .whiteSpace) }
            return counts(candidate: candidate, references: references, table: &table)
        }
    }

    /// BLEU-1…BLEU-4 of the whole set: not a mean over images.
    package static func corpusScores(_ counts: [Counts]) -> [Double] { counts.reduce(Counts(), +).scores }

    private static func counts(candidate: [Int32], references: [[Int32]], table: inout NGramTable) -> Counts {
        var result = Counts()
        result.candidateLength = candidate.count
        result.referenceLength =
            references.map(\.count).min { left, right in
                (abs(left - candidate.count), left) < (abs(right - candidate.count), right)
            } ?? 0
        let most = mostCounts(of: references, table: &table)
        for (order, grams) in table.counts(of: candidate).enumerated() {
            result.guesses[order] = max(0, candidate.count - order)
            for gram in grams { result.matches[order] += Int(min(gram.count, most[order][gram.number] ?? 0)) }
        }
        return result
    }

    /// How often each n-gram occurs in the reference that has it most often.
    private static func mostCounts(of references: [[Int32]], table: inout NGramTable) -> [[Int32: Int32]] {
        var most = [[Int32: Int32]](repeating: [:], count: NGramTable.longest)
        for reference in references {
            for (order, grams) in table.counts(of: reference).enumerated() {
                for gram in grams { most[order][gram.number] = max(most[order][gram.number] ?? 0, gram.count) }
            }
        }
        return most
    }
}
