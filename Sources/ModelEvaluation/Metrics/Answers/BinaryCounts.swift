/// True and false positives and negatives, and the scores made of them; "yes" is positive.
package struct BinaryCounts: Sendable, Equatable {
    /// Predicted yes, is yes.
    package var truePositives = 0
    /// Predicted yes, is no.
    package var falsePositives = 0
    /// Predicted no, is no.
    package var trueNegatives = 0
    /// Predicted no, is yes.
    package var falseNegatives = 0
    /// Neither yes nor no was predicted for a yes: wrong.
    package var undecidedPositives = 0
    /// Neither yes nor no was predicted for a no: wrong.
    package var undecidedNegatives = 0

    /// Nothing counted.
    package init() {}

    /// Counts one prediction; nil is an answer that says neither.
    package mutating func count(predictedYes: Bool?, isYes: Bool) {
        switch (predictedYes, isYes) {
        case (true?, true): truePositives += 1
        case (true?, false): falsePositives += 1
        case (false?, true): falseNegatives += 1
        case (false?, false): trueNegatives += 1
        case (nil, true): undecidedPositives += 1
        case (nil, false): undecidedNegatives += 1
        }
    }

    /// Everything that was counted.
    package var total: Int {
        truePositives + falsePositives + trueNegatives + falseNegatives + undecidedPositives + undecidedNegatives
    }

    /// Share of right predictions.
    package var accuracy: Double { ratio(truePositives + trueNegatives, total) }
    /// Share of right ones among predicted yes; 0 where none was predicted (the reference divides by zero there).
    package var precision: Double { ratio(truePositives, truePositives + falsePositives) }
    /// Share of the true yes that was found. Undecided answers are in no class, as in lmms-eval.
    package var recall: Double { ratio(truePositives, truePositives + falseNegatives) }
    /// Harmonic mean of precision and recall; 0 where both are 0.
    package var f1: Double {
        precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
    }
    /// Share of predicted yes among all.
    package var yesShare: Double { ratio(truePositives + falsePositives, total) }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
