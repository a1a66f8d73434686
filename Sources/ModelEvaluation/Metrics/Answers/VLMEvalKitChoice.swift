/// VLMEvalKit's `can_infer`, without its list of refusals.
enum VLMEvalKitChoice {
    private static let separators = ".()[],:;!*#{}"

    /// A letter that stands as a word near the end, else "answer is X", else the text of exactly one option.
    static func option(in answer: String, options: [String], letters: [String]) -> Int? {
        if let named = letter(in: answer, letters: letters) { return named }
        return optionText(in: answer, options: options)
    }

    private static func letter(in answer: String, letters: [String]) -> Int? {
        let marks = Set(separators.unicodeScalars)
        let blanked = answer.unicodeScalars.map { marks.contains($0) ? " " : $0 }
        let words = PythonText.words(String(String.UnicodeScalarView(blanked)))
        let present = letters.indices.filter { words.contains(letters[$0]) }
        if present.count == 1, let at = words.firstIndex(of: letters[present[0]]), at > words.count - 5 {
            return present[0]
        }
        return statedAnswer(in: answer).flatMap { letters.firstIndex(of: $0) }
    }

    /// The letter after "answer is", which may be in asterisks: A to D only, as the reference has it.
    private static func statedAnswer(in answer: String) -> String? {
        guard let match = answer.firstMatch(of: #/(?i)answer\s+is\s+\**([ABCD])\**/#.matchingSemantics(.unicodeScalar))
        else { return nil }
        return match.1.uppercased()
    }

    private static func optionText(in answer: String, options: [String]) -> Int? {
        let text = PythonText.lowercased(answer)
        let lowered = options.map(PythonText.lowercased)
        let longest = 2 * lowered.reduce(0) { $0 + $1.unicodeScalars.count }
        guard text.unicodeScalars.count <= longest else { return nil }
        let present = lowered.indices.filter { PythonText.contains(lowered[$0], in: text) }
        return present.count == 1 ? present[0] : nil
    }
}
