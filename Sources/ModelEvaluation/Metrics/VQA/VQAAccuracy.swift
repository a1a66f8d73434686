/// VQA accuracy: an answer that three of the other annotators gave counts fully.
///
/// With ten annotators, m_i the number of annotators other than i whose answer equals the prediction:
///
///     accuracy = mean over i of min(1, m_i / 3)
///
/// so k equal answers out of ten give 0, 0.3, 0.6, 0.9, 1. "The others" goes by position: the official code goes by
/// equality of the whole record, which is the same where answers have ids and differs on VizWiz, where they have none.
package enum VQAAccuracy {
    /// Whose processing of prediction and answers.
    package enum Variant: String, Sendable, CaseIterable {
        /// GT-Vision-Lab/VQA: both are processed where the annotators differ, and neither where they agree: "Yes"
        /// against ten "yes" scores 0.
        case official
        /// LAVIS: the prediction is always processed; answers lose punctuation, and only where annotators differ.
        case lavis
        /// lmms-eval's VQAv2, OpenFlamingo: both are always processed.
        case lmmsEval = "lmms-eval"
        /// lmms-eval's OK-VQA, VizWiz and TextVQA, Pythia, m4c: both always, in EvalAI's way.
        case lmmsEvalAI = "lmms-evalai"
    }

    /// The accuracy of one question, between 0 and 1; 0 where there are no answers.
    package static func score(prediction: String, answers: [String], variant: Variant = .official) -> Double {
        guard !answers.isEmpty else { return 0 }
        let (answer, truths) = processed(prediction, answers, variant)
        let equal = truths.map { $0.isIdentical(to: answer) }
        let matches = equal.count { $0 }
        let sum = equal.reduce(0.0) { $0 + min(1, Double(matches - ($1 ? 1 : 0)) / 3) }
        return sum / Double(truths.count)
    }

    private static func processed(
        _ prediction: String, _ answers: [String], _ variant: Variant
    ) -> (answer: String, truths: [String]) {
        switch variant {
        case .official:
            let answer = VQAAnswerText.singleLine(prediction)
            let truths = answers.map(VQAAnswerText.singleLine)
            guard differ(truths) else { return (answer, truths) }
            return (VQAAnswerText.processed(answer), truths.map(VQAAnswerText.processed))
        case .lavis:
            let answer = VQAAnswerText.processed(VQAAnswerText.singleLine(prediction))
            return (answer, differ(answers) ? answers.map(VQAAnswerText.withoutPunctuation) : answers)
        case .lmmsEval:
            return (
                VQAAnswerText.processed(VQAAnswerText.singleLine(prediction)),
                answers.map { VQAAnswerText.processed(VQAAnswerText.singleLine($0)) }
            )
        case .lmmsEvalAI:
            return (
                VQAAnswerText.processedAsEvalAI(prediction), answers.map(VQAAnswerText.processedAsEvalAI)
            )
        }
    }

    private static func differ(_ answers: [String]) -> Bool { Set(answers.map { ExactText($0) }).count > 1 }
}
