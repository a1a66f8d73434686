/// The metrics of single answers by the names that `eval metrics --kind answers` takes.
package enum AnswerMetric: String, Sendable, CaseIterable {
    /// Equality after NFC, case, blanks and a final full stop.
    case exact
    /// Equality of code points: GQA's own score.
    case exactStrict = "exact-strict"
    /// Equality after case and ASCII punctuation: lmms-eval's GQA.
    case exactWithoutPunctuation = "exact-without-punctuation"
    /// Normalised Levenshtein similarity, 0 below one half.
    case anls
    /// ChartQA's relaxed accuracy.
    case relaxed
    /// Yes or no, as POPE's own script reads answers.
    case pope
    /// The same as lmms-eval reads them.
    case popeLMMSEval = "pope-lmms-eval"
    /// The same as VLMEvalKit reads them.
    case popeVLMEvalKit = "pope-vlmevalkit"
    /// Yes or no, as MME's own script reads answers.
    case mme
    /// The same as lmms-eval reads them.
    case mmeLMMSEval = "mme-lmms-eval"
    /// The letter of a choice, as VLMEvalKit reads answers without its list of refusals.
    case letter
    /// The first character: lmms-eval's SEED-Bench.
    case firstCharacter = "seed"
    /// lmms-eval's ScienceQA.
    case scienceQA = "scienceqa"
    /// LLaVA's ScienceQA.
    case llava
    /// MMMU's parser of choices.
    case mmmu
    /// MMMU's parser of open answers.
    case mmmuOpen = "mmmu-open"

    /// Whether answers name one of several choices.
    package var wantsChoices: Bool { letterVariant != nil }

    private var letterVariant: ChoiceLetter.Variant? {
        switch self {
        case .letter: .letter
        case .firstCharacter: .firstCharacter
        case .scienceQA: .scienceQA
        case .llava: .llava
        case .mmmu: .mmmu
        default: nil
        }
    }

    /// What an answer is worth, and as what it was read: a letter, yes or no, or nothing where the metric reads no such thing.
    package func judged(_ answer: String, references: [String], choices: [String]) -> (score: Double, reading: String?)
    {
        func right(_ isRight: Bool) -> Double { isRight ? 1 : 0 }
        if let letterVariant {
            let letters = ChoiceLetter.letters(choices.count)
            let reading = ChoiceLetter.option(in: answer, options: choices, variant: letterVariant).map { letters[$0] }
            return (right(reading.map { references.contains($0) } ?? false), reading)
        }
        if let reading = yesOrNo(answer) { return (right(references.contains(reading)), reading) }
        switch self {
        case .exact: return (right(references.contains { ExactMatch.isCorrect(answer, reference: $0) }), nil)
        case .exactStrict:
            return (right(references.contains { ExactMatch.isCorrect(answer, reference: $0, variant: .strict) }), nil)
        case .exactWithoutPunctuation:
            return (
                right(
                    references.contains { ExactMatch.isCorrect(answer, reference: $0, variant: .withoutPunctuation) }),
                nil
            )
        case .anls: return (ANLS.score(prediction: answer, references: references), nil)
        case .relaxed:
            return (right(references.contains { RelaxedAccuracy.isCorrect(prediction: answer, target: $0) }), nil)
        case .mmmuOpen: return (right(MMMUOpenAnswer.isCorrect(response: answer, gold: references)), nil)
        default: return (0, nil)
        }
    }

    /// `yes`, `no`, or `other`; nil for metrics of other answers.
    private func yesOrNo(_ answer: String) -> String? {
        func word(_ saysYes: Bool?) -> String { saysYes.map { $0 ? "yes" : "no" } ?? "other" }
        return switch self {
        case .pope: word(POPE.saysYes(answer))
        case .popeLMMSEval: word(POPE.saysYes(answer, variant: .lmmsEval))
        case .popeVLMEvalKit: word(POPE.saysYes(answer, variant: .vlmEvalKit))
        case .mme: MME.reading(answer).rawValue
        case .mmeLMMSEval: MME.readingAsLMMSEval(answer).rawValue
        default: nil
        }
    }
}
