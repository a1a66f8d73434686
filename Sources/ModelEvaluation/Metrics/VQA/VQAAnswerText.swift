/// The answer clean-up of the VQA evaluation code, its quirks included.
///
/// Source: GT-Vision-Lab/VQA, `vqaEval.py`, and its descendants; EVAL.md §5.1.
package enum VQAAnswerText {
    /// Deleted or made blanks, in this order.
    private static let punctuation: [Unicode.Scalar] = [
        ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!",
    ]
    /// The code passes `re.UNICODE`, which is 32, where the number of replacements stands.
    private static let mostPeriods = 32
    private static let numberWords: [String: String] = [
        "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
        "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    ]
    private static let articles: Set<String> = ["a", "an", "the"]

    /// Line ends and tabs as blanks, then stripped: what comes before everything else.
    package static func singleLine(_ text: String) -> String {
        PythonText.stripped(PythonText.replacing("\t", with: " ", in: PythonText.replacing("\n", with: " ", in: text)))
    }

    /// `processPunctuation`.
    ///
    /// A mark is deleted where it touches a blank anywhere in the text, or where the text has digit-comma-digit
    /// anywhere; else it becomes a blank. Of the periods, the first 32 that no digit follows go: the pattern's test for
    /// a digit before them is a typo that never holds. `10,000/day` → `10000day`, `t-shirt` → `t shirt`, `3.` → `3`.
    package static func withoutPunctuation(_ text: String) -> String {
        let original = Array(text.unicodeScalars)
        let hasThousands = original.indices.contains { index in
            index > 0 && index + 1 < original.count && original[index] == ","
                && PythonText.isDigit(original[index - 1]) && PythonText.isDigit(original[index + 1])
        }
        var current = original
        for mark in punctuation {
            if hasThousands || touchesBlank(mark, in: original) {
                current.removeAll { $0 == mark }
            } else {
                current = current.map { $0 == mark ? " " : $0 }
            }
        }
        return String(String.UnicodeScalarView(withoutPeriods(current)))
    }

    private static func touchesBlank(_ mark: Unicode.Scalar, in text: [Unicode.Scalar]) -> Bool {
        zip(text, text.dropFirst()).contains { ($0 == mark && $1 == " ") || ($0 == " " && $1 == mark) }
    }

    private static func withoutPeriods(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var removed = 0
        var kept: [Unicode.Scalar] = []
        for (index, scalar) in text.enumerated() {
            let isBeforeDigit = index + 1 < text.count && PythonText.isDigit(text[index + 1])
            if scalar == ".", !isBeforeDigit, removed < mostPeriods {
                removed += 1
            } else {
                kept.append(scalar)
            }
        }
        return kept
    }

    /// `processDigitArticle`: lower case, number words to ten as digits, no articles, apostrophes put into contractions.
    package static func withDigitsAndContractions(_ text: String) -> String {
        PythonText.words(PythonText.lowercased(text))
            .map { numberWords[$0] ?? $0 }
            .filter { !articles.contains($0) }
            .map { VQAContractions.table[$0] ?? $0 }
            .joined(separator: " ")
    }

    /// Both steps.
    package static func processed(_ text: String) -> String { withDigitsAndContractions(withoutPunctuation(text)) }

    /// The processing of the EvalAI server as Pythia, m4c and lmms-eval copy it (TextVQA, VizWiz, OK-VQA): lower case,
    /// commas and question marks deleted, `'s` set apart, then both steps. `red,blue` → `redblue`, `men's` → `men 's`.
    package static func processedAsEvalAI(_ text: String) -> String {
        var word = PythonText.lowercased(text)
        word = PythonText.replacing(",", with: "", in: word)
        word = PythonText.replacing("?", with: "", in: word)
        word = PythonText.stripped(PythonText.replacing("'s", with: " 's", in: word))
        return processed(singleLine(word))
    }
}
