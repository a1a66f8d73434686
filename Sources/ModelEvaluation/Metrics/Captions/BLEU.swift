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
    package static func counts(_ comparisons: [CaptionComparison]) -> [Counts] { counts(CaptionGrams(comparisons)) }

    /// The counts of each image, out of n-grams that are counted already.
    package static func counts(_ grams: CaptionGrams) -> [Counts] {
        // How often a reference of the image at work has each n-gram; 0 for all others.
        var most = [Int32](repeating: 0, count: grams.gramCount)
        return grams.images.map { counts(of: $0, grams, &most) }
    }

    /// BLEU-1…BLEU-4 of the whole set: not a mean over images.
    package static func corpusScores(_ counts: [Counts]) -> [Double] { counts.reduce(Counts(), +).scores }

    private static func counts(of image: Int, _ grams: CaptionGrams, _ most: inout [Int32]) -> Counts {
        let (list, candidate, references) = (grams.list, grams.candidate(of: image), grams.references(of: image))
        var result = Counts()
        result.candidateLength = grams.lengths[candidate]
        result.referenceLength =
            references.map { grams.lengths[$0] }.min { left, right in
                (abs(left - result.candidateLength), left) < (abs(right - result.candidateLength), right)
            } ?? 0
        for order in 0..<NGramTable.longest {
            for reference in references {
                for place in list.range(reference, order) {
                    let number = Int(list.numbers[place])
                    most[number] = max(most[number], list.counts[place])
                }
            }
            result.guesses[order] = max(0, result.candidateLength - order)
            for place in list.range(candidate, order) {
                result.matches[order] += Int(min(list.counts[place], most[Int(list.numbers[place])]))
            }
            for reference in references {
                for place in list.range(reference, order) { most[Int(list.numbers[place])] = 0 }
            }
        }
        return result
    }
}
