/// METEOR 1.5 (Denkowski & Lavie 2014) for English, as pycocoevalcap calls it (`-l en -norm`).
///
/// The full metric needs WordNet's synonyms and a table of paraphrases, which are not part of this package: `METEOR` is
/// reported where a folder with them is given, `METEOR_exact_stem` and `METEOR_exact` always. On captions of COCO the
/// full metric is about 0.01 to 0.02 higher; never compare across variants.
package struct METEOR: Sendable {
    /// Which modules match words.
    package enum Variant: Sendable {
        /// Equal words only.
        case exact
        /// Equal words (weight 1) and equal stems (0.6).
        case exactAndStem
        /// Also synonyms (0.8) and paraphrases (0.6), out of a folder.
        case full(MeteorData)
    }

    /// The score of every image and of the whole set.
    package struct Scores: Sendable, Equatable {
        /// Score of each image: that of its best reference.
        package let images: [Double]
        /// Score of the summed statistics: not a mean.
        package let corpus: Double
        /// The statistics of each image with its best reference, for resampling.
        package let statistics: [MeteorStatistics]
    }

    private static let weights = [1.0, 0.6, 0.8, 0.6]

    private let variant: Variant
    private let weights: [Double]
    private let aligner = MeteorAligner()

    /// A scorer of that variant.
    package init(_ variant: Variant) {
        self.variant = variant
        weights = Self.weights
    }

    /// A candidate and its references in METEOR's own words.
    package struct Sentences: Sendable {
        let candidate: [String]
        let references: [[String]]

        /// The words of these captions.
        package init(_ comparison: CaptionComparison) {
            candidate = MeteorNormaliser.words(PythonText.replacing("  ", with: " ", in: comparison.candidate))
            references = comparison.references.map { MeteorNormaliser.words($0) }
        }
    }

    /// Scores all images.
    package func scores(_ comparisons: [CaptionComparison]) -> Scores { scores(comparisons.map { Sentences($0) }) }

    /// Scores all images, whose words are known.
    ///
    /// - Complexity: about 20,000 pairs of captions a second.
    package func scores(_ images: [Sentences]) -> Scores {
        var matcher = MeteorMatcher(variant)
        var scores: [Double] = []
        var statistics: [MeteorStatistics] = []
        for image in images {
            let candidate = image.candidate
            var best: (score: Double, statistics: MeteorStatistics)?
            for reference in image.references {
                let matches = matcher.matches(candidate: candidate, reference: reference)
                let alignment = aligner.align(matches, candidateLength: candidate.count)
                let counted = MeteorStatistics(candidate: candidate, reference: reference, alignment: alignment)
                let score = counted.score(weights: weights)
                if score > best?.score ?? -1 { best = (score, counted) }
            }
            scores.append(best?.score ?? 0)
            statistics.append(best?.statistics ?? MeteorStatistics())
        }
        return Scores(images: scores, corpus: corpusScore(statistics), statistics: statistics)
    }

    /// METEOR's own words of a text.
    package static func normalisedWords(_ text: String) -> [String] { MeteorNormaliser.words(text) }

    /// The stem by which METEOR matches a word in lower case.
    package static func stem(of word: String) -> String { PorterStemmer.stem(word) }

    /// The score of the summed statistics of these images.
    package func corpusScore(_ statistics: [MeteorStatistics]) -> Double {
        var sum = MeteorStatistics()
        for image in statistics { sum.add(image) }
        return sum.score(weights: weights)
    }
}
