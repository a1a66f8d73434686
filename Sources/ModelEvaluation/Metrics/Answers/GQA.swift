/// GQA's scores (Hudson & Manning 2019): accuracy by equality of strings, and consistency.
///
/// Validity, plausibility, grounding and distribution need the scene graphs and are not here.
package enum GQA {
    /// Share of questions whose prediction equals the answer, code point for code point; nil without questions.
    package static func accuracy(_ pairs: [(prediction: String, answer: String)]) -> Double? {
        guard !pairs.isEmpty else { return nil }
        return Double(pairs.count { $0.prediction.isIdentical(to: $0.answer) }) / Double(pairs.count)
    }

    /// Consistency: for each question that was answered right and entails others, the share of those others that were
    /// answered right; the mean over such questions, nil where there is none.
    ///
    /// - Parameters:
    ///   - isCorrect: question id → answered right; an entailed question that is absent counts as answered wrong.
    ///   - entailed: question id → ids of the questions that it entails; the question itself is left out.
    package static func consistency(isCorrect: [String: Bool], entailed: [String: [String]]) -> Double? {
        var shares: [Double] = []
        for (question, isRight) in isCorrect.sorted(by: { $0.key < $1.key }) where isRight {
            let others = Set(entailed[question] ?? []).subtracting([question])
            guard !others.isEmpty else { continue }
            shares.append(Double(others.count { isCorrect[$0] == true }) / Double(others.count))
        }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }
}
