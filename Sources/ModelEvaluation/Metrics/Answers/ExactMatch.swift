import Foundation

/// Equality of an answer and its reference, in the ways that go by that name.
package enum ExactMatch {
    /// What counts as equal.
    package enum Variant: String, Sendable, CaseIterable {
        /// Canonical composition (NFC), lower case, blanks at the ends removed and inside collapsed, a final full stop
        /// removed.
        case normalised
        /// The same code points.
        case strict
        /// lmms-eval's GQA: lower case, ASCII punctuation deleted.
        case withoutPunctuation
    }

    private static let asciiPunctuation = Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".unicodeScalars)

    /// Whether `answer` equals `reference`.
    package static func isCorrect(_ answer: String, reference: String, variant: Variant = .normalised) -> Bool {
        normalised(answer, variant).isIdentical(to: normalised(reference, variant))
    }

    /// What is compared.
    package static func normalised(_ text: String, _ variant: Variant) -> String {
        switch variant {
        case .strict: return text
        case .withoutPunctuation:
            let lower = PythonText.lowercased(text)
            return String(String.UnicodeScalarView(lower.unicodeScalars.filter { !asciiPunctuation.contains($0) }))
        case .normalised:
            let composed = PythonText.lowercased(text.precomposedStringWithCanonicalMapping)
            let words = PythonText.words(composed).joined(separator: " ")
            return words.hasSuffix(".") ? PythonText.stripped(String(words.dropLast())) : words
        }
    }
}
