/// The multiple-choice parser of MMMU (Yue et al. 2024), as lmms-eval has it.
enum MMMUChoice {
    private static let ends: [Unicode.Scalar] = [",", ".", "!", "?", ";", ":", "'"]

    /// The option that the answer names last; nil where it names none (the reference draws at random then).
    static func option(in answer: String, options: [String], letters: [String]) -> Int? {
        var text = answer
        for end in ends { text = PythonText.stripped(text, of: [end]) }
        text = " " + text + " "
        let forms: [(String) -> String] = [{ "(\($0))" }, { "\($0) " }, { "\($0)." }]
        for (index, form) in forms.enumerated() {
            let named = letters.indices.filter { PythonText.contains(form(letters[$0]), in: text) }
            guard !named.isEmpty else { continue }
            // Among several the last one counts; without brackets it is looked for with a blank on both sides.
            return latest(named) {
                PythonText.lastIndex(of: index == 0 ? form(letters[$0]) : " \(letters[$0]) ", in: text)
            }
        }
        guard PythonText.words(text).count > 5 else { return nil }
        let lower = PythonText.lowercased(text)
        let named = letters.indices.filter { PythonText.contains(PythonText.lowercased(options[$0]), in: lower) }
        return latest(named) { PythonText.lastIndex(of: PythonText.lowercased(options[$0]), in: lower) }
    }

    /// The candidate with the greatest position, the first one of equals; absent counts as −1.
    private static func latest(_ candidates: [Int], position: (Int) -> Int?) -> Int? {
        var best: (candidate: Int, position: Int)?
        for candidate in candidates {
            let at = position(candidate) ?? -1
            if best == nil || at > (best?.position ?? 0) { best = (candidate, at) }
        }
        return best?.candidate
    }
}
