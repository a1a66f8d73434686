import Foundation

/// The open-question parser of MMMU (Yue et al. 2024).
///
/// The reference keeps the candidates in a set without order, and lmms-eval scores the first of them only; here all
/// candidates count, as in the benchmark's own repository.
package enum MMMUOpenAnswer {
    /// What is compared: a number rounded to two decimals, or a text in lower case.
    package enum Candidate: Hashable, Sendable {
        case number(Double)
        case text(String)
    }

    private static let indicators = ["could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result "]
    private static let empty: Set<String> = [":", ",", ".", "!", "?", ";", "'"]

    /// Whether `response` holds one of the gold answers: an equal number, or a text with a gold text inside.
    package static func isCorrect(response: String, gold: [String]) -> Bool {
        let wanted = Set(gold.flatMap(normalised))
        return candidates(in: response).contains { candidate in
            guard case .text(let text) = candidate else { return wanted.contains(candidate) }
            return wanted.contains {
                if case .text(let part) = $0 { PythonText.contains(part, in: text) } else { false }
            }
        }
    }

    /// The answers that a response may mean: its key phrases and all numbers in them, each once.
    package static func candidates(in response: String) -> [Candidate] {
        let phrases = keyPhrases(response)
        var seen = Set<Candidate>()
        return (phrases + phrases.flatMap { MMMUNumbers($0).all }).flatMap(normalised).filter {
            seen.insert($0).inserted
        }
    }

    private static func keyPhrases(_ response: String) -> [String] {
        let text = PythonText.lowercased(PythonText.stripped(PythonText.stripped(response), of: ["."]))
        // ". " before a capital separates too, but there are no capitals left.
        let parts = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var phrases: [String] = []
        for (index, part) in parts.enumerated() {
            let words = indicators + (index == parts.count - 1 ? ["="] : [])
            var shortest: String?
            for word in words {
                guard let at = PythonText.lastIndex(of: word, in: part) else { continue }
                let tail = PythonText.stripped(String(part.unicodeScalars.dropFirst(at + word.unicodeScalars.count)))
                if let known = shortest, !known.isEmpty, tail.unicodeScalars.count >= known.unicodeScalars.count {
                    continue
                }
                shortest = tail
            }
            if let shortest, !shortest.isEmpty, !empty.contains(shortest) { phrases.append(shortest) }
        }
        return phrases.isEmpty ? [text] : phrases
    }

    /// A number as itself, a text in lower case, a single character with a blank before or behind it.
    static func normalised(_ text: String) -> [Candidate] {
        let stripped = PythonText.stripped(text)
        if let number = PythonText.number(PythonText.replacing(",", with: "", in: stripped)) {
            return [.number(rounded(number))]
        }
        let lower = PythonText.lowercased(stripped)
        return lower.unicodeScalars.count == 1 ? [.text(" " + lower), .text(lower + " ")] : [.text(lower)]
    }

    /// Python's `round(value, 2)`: correctly rounded from the exact binary value.
    private static func rounded(_ value: Double) -> Double {
        guard value.isFinite, abs(value) < 1e15 else { return value }
        return Double(String(format: "%.2f", value)) ?? value
    }
}
