/// POPE (Li et al. 2023): is the object in the picture, yes or no.
package enum POPE {
    /// Whose reading of an answer.
    package enum Variant: String, Sendable, CaseIterable {
        /// AoiDragon/POPE: the text before the first full stop, commas deleted, split at single blanks; no if a word
        /// is `No`, `no` or `not`, else yes, whatever it says.
        case official
        /// lmms-eval: stripped and in lower case it must be `yes` or `no`.
        case lmmsEval = "lmms-eval"
        /// VLMEvalKit: after VQA's punctuation step, `yes` among the words and no `no`, or the other way round.
        case vlmEvalKit = "vlmevalkit"
    }

    /// Whether the answer says yes; nil where it says neither.
    package static func saysYes(_ text: String, variant: Variant = .official) -> Bool? {
        switch variant {
        case .official:
            let sentence = text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).first.map(
                String.init)
            let words = PythonText.replacing(",", with: "", in: sentence ?? "").unicodeScalars.split(separator: " ")
            return !words.contains { ["No", "no", "not"].contains(String($0)) }
        case .lmmsEval:
            switch PythonText.lowercased(PythonText.stripped(text)) {
            case "yes": return true
            case "no": return false
            default: return nil
            }
        case .vlmEvalKit:
            let words = PythonText.words(VQAAnswerText.withoutPunctuation(PythonText.lowercased(text)))
            let (yes, no) = (words.contains("yes"), words.contains("no"))
            return yes == no ? nil : yes
        }
    }

    /// The counts of all questions. Report accuracy, precision, recall, F1 and yes-share of them.
    package static func counts(
        _ answers: [(text: String, isYes: Bool)], variant: Variant = .official
    ) -> BinaryCounts {
        var counts = BinaryCounts()
        for answer in answers {
            counts.count(predictedYes: saysYes(answer.text, variant: variant), isYes: answer.isYes)
        }
        return counts
    }
}
