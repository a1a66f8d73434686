import Foundation

/// What METEOR counts in one pair of sentences, or sums over images; the score is made of it.
package struct MeteorStatistics: Sendable, Equatable {
    /// Words of the candidate.
    package var candidateLength = 0
    /// Words of the reference.
    package var referenceLength = 0
    /// Function words among them.
    package var candidateFunctionWords = 0
    /// Function words among them.
    package var referenceFunctionWords = 0
    /// Matched content words of the candidate, by module.
    package var candidateContent = [0, 0, 0, 0]
    /// Matched content words of the reference, by module.
    package var referenceContent = [0, 0, 0, 0]
    /// Matched function words of the candidate, by module.
    package var candidateFunction = [0, 0, 0, 0]
    /// Matched function words of the reference, by module.
    package var referenceFunction = [0, 0, 0, 0]
    /// Chunks; a perfect match adds none to a sum.
    package var chunks = 0
    /// Matched words of the candidate.
    package var candidateMatches = 0
    /// Matched words of the reference.
    package var referenceMatches = 0

    /// Nothing counted.
    package init() {}

    // Task "rank" of METEOR 1.5 for English.
    private static let alpha = 0.85
    private static let beta = 0.2
    private static let gamma = 0.6
    private static let delta = 0.75

    /// Whether every word is matched, in one chunk.
    private var isPerfect: Bool {
        candidateMatches == candidateLength && referenceMatches == referenceLength && chunks == 1
    }

    /// The counts of a pair in an alignment.
    init(candidate: [String], reference: [String], alignment: MeteorAlignment) {
        let candidateIsFunction = candidate.map { MeteorEnglish.functionWords.contains($0) }
        let referenceIsFunction = reference.map { MeteorEnglish.functionWords.contains($0) }
        candidateLength = candidate.count
        referenceLength = reference.count
        candidateFunctionWords = candidateIsFunction.count { $0 }
        referenceFunctionWords = referenceIsFunction.count { $0 }
        chunks = alignment.chunks
        for match in alignment.matches {
            let module = match.module.rawValue
            for word in match.candidateRange {
                candidateMatches += 1
                if candidateIsFunction[word] { candidateFunction[module] += 1 } else { candidateContent[module] += 1 }
            }
            for word in match.referenceRange {
                referenceMatches += 1
                if referenceIsFunction[word] { referenceFunction[module] += 1 } else { referenceContent[module] += 1 }
            }
        }
    }

    /// Adds the counts of another image.
    package mutating func add(_ other: MeteorStatistics) {
        candidateLength += other.candidateLength
        referenceLength += other.referenceLength
        candidateFunctionWords += other.candidateFunctionWords
        referenceFunctionWords += other.referenceFunctionWords
        for module in candidateContent.indices {
            candidateContent[module] += other.candidateContent[module]
            referenceContent[module] += other.referenceContent[module]
            candidateFunction[module] += other.candidateFunction[module]
            referenceFunction[module] += other.referenceFunction[module]
        }
        if !other.isPerfect { chunks += other.chunks }
        candidateMatches += other.candidateMatches
        referenceMatches += other.referenceMatches
    }

    /// With weighted precision P and recall R, where content words weigh δ and function words 1 − δ:
    ///
    ///     F = 1 / ((1 − α)/P + α/R),   score = F · (1 − γ · f^β)
    ///
    /// f = chunks over matched words, 0 for a perfect match. 0 where nothing matches.
    func score(weights: [Double]) -> Double {
        let precision =
            Self.weighted(candidateContent, candidateFunction, weights)
            / Self.weighted(candidateLength, candidateFunctionWords)
        let recall =
            Self.weighted(referenceContent, referenceFunction, weights)
            / Self.weighted(referenceLength, referenceFunctionWords)
        let mean = 1 / ((1 - Self.alpha) / precision + Self.alpha / recall)
        let fragmentation =
            isPerfect ? 0 : Double(chunks) / (Double(candidateMatches + referenceMatches) / 2)
        let score = mean * (1 - Self.gamma * pow(fragmentation, Self.beta))
        return score.isNaN ? 0 : score
    }

    private static func weighted(_ content: [Int], _ function: [Int], _ weights: [Double]) -> Double {
        weights.indices.reduce(0.0) { sum, module in
            sum + weights[module] * (delta * Double(content[module]) + (1 - delta) * Double(function[module]))
        }
    }

    private static func weighted(_ length: Int, _ functionWords: Int) -> Double {
        delta * Double(length - functionWords) + (1 - delta) * Double(functionWords)
    }
}
