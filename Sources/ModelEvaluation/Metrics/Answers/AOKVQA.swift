/// A-OKVQA's two scores (Schwenk et al. 2022).
package enum AOKVQA {
    /// Multiple choice: the predicted text is the right choice's, code point for code point.
    package static func isCorrect(prediction: String, choices: [String], correct: Int) -> Bool {
        choices.indices.contains(correct) && prediction.isIdentical(to: choices[correct])
    }

    /// Direct answer: `min(1, n / 3)` with n equal ones among the ten answers; nothing is processed, none left out.
    ///
    /// Questions marked `difficult_direct_answer` are not scored at all: leave them out before.
    package static func directAnswerScore(prediction: String, answers: [String]) -> Double {
        min(1, Double(answers.count { $0.isIdentical(to: prediction) }) / 3)
    }
}
