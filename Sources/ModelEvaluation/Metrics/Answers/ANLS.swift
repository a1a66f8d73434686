/// Average normalised Levenshtein similarity of DocVQA (Biten et al. 2019), as lmms-eval computes it.
///
///     score = 1 − min over references of d(reference, answer) / max(|reference|, |answer|), 0 where that is below 0.5
///
/// d works on code points of texts that are lower-cased and have their blanks collapsed; the lengths are those before.
package enum ANLS {
    /// Similarities below this are 0; exactly this is kept.
    package static let threshold = 0.5

    /// The score of one question, between 0 and 1; 0 without references.
    package static func score(prediction: String, references: [String]) -> Double {
        guard !references.isEmpty else { return 0 }
        let answer = scalars(prediction)
        var best = Double.infinity
        for reference in references {
            let longest = max(reference.unicodeScalars.count, prediction.unicodeScalars.count)
            let distance = levenshtein(scalars(reference), answer)
            best = min(best, longest == 0 ? 0 : Double(distance) / Double(longest))
        }
        let similarity = 1 - best
        return similarity < threshold ? 0 : similarity
    }

    private static func scalars(_ text: String) -> [Unicode.Scalar] {
        Array(PythonText.words(PythonText.lowercased(PythonText.stripped(text))).joined(separator: " ").unicodeScalars)
    }

    /// The least number of insertions, deletions and replacements.
    /// - Complexity: O(left · right).
    static func levenshtein(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var row = Array(0...right.count)
        for (index, scalar) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for position in 0..<right.count {
                let replaced = diagonal + (scalar == right[position] ? 0 : 1)
                diagonal = row[position + 1]
                row[position + 1] = min(replaced, row[position] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
