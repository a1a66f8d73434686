/// Which option of a multiple-choice question an answer names.
///
/// Options have the letters A, B, C … in order. Log-likelihood ranking (`ChoiceRanking`) needs no such reading.
package enum ChoiceLetter {
    /// Whose reading.
    package enum Variant: String, Sendable, CaseIterable {
        /// VLMEvalKit's `can_infer` without its list of refusals: the default.
        case letter
        /// lmms-eval's SEED-Bench: the first character of the stripped text, in either case.
        case firstCharacter = "seed"
        /// lmms-eval's ScienceQA: the letter, or the letter and a full stop at the beginning.
        case scienceQA = "scienceqa"
        /// LLaVA's ScienceQA: the letter, or letter + ". ", or "The answer is X.".
        case llava
        /// MMMU's parser; an answer that names nothing stays undecided (the reference draws at random).
        case mmmu
    }

    /// The position of the option, or nil where the answer names none or several.
    package static func option(in answer: String, options: [String], variant: Variant = .letter) -> Int? {
        let letters = letters(options.count)
        switch variant {
        case .letter: return VLMEvalKitChoice.option(in: answer, options: options, letters: letters)
        case .firstCharacter:
            guard let first = PythonText.stripped(answer).unicodeScalars.first else { return nil }
            return letters.firstIndex(of: String(first).uppercased())
        case .scienceQA: return scienceQAOption(in: answer, letters: letters)
        case .llava: return llavaOption(in: answer, letters: letters)
        case .mmmu: return MMMUChoice.option(in: answer, options: options, letters: letters)
        }
    }

    /// `A`, `B`, `C`, … for so many options; after `Z` comes `AA`.
    package static func letters(_ count: Int) -> [String] {
        (0..<count).map { position in
            let last = String(Unicode.Scalar(UInt8(0x41 + position % 26)))
            return position < 26 ? last : letters(position / 26)[position / 26 - 1] + last
        }
    }

    private static func scienceQAOption(in answer: String, letters: [String]) -> Int? {
        let text = PythonText.stripped(answer)
        if let whole = letters.firstIndex(where: { $0.lowercased() == PythonText.lowercased(text) }) { return whole }
        let scalars = Array(text.unicodeScalars.prefix(2))
        guard scalars.count == 2, scalars[1] == "." else { return nil }
        return letters.firstIndex(of: String(scalars[0]))
    }

    private static func llavaOption(in answer: String, letters: [String]) -> Int? {
        if let whole = letters.firstIndex(of: answer) { return whole }
        if let front = letters.firstIndex(where: { answer.hasPrefix($0 + ". ") }) { return front }
        let named = letters.indices.filter { PythonText.contains("The answer is \(letters[$0]).", in: answer) }
        return named.count == 1 ? named[0] : nil
    }
}
