/// ChartQA's relaxed accuracy (Masry et al. 2022): numbers may be off by 5 %, other answers must be equal.
///
/// A text is a number where Python's `float` reads it, after a final `%` (then divided by 100): `1,000` and `$5` are
/// not. A target of 0 is compared as text, and so is a target that is no number.
package enum RelaxedAccuracy {
    /// The largest relative difference that counts as right.
    package static let tolerance = 0.05

    /// Whether `prediction` counts as right.
    package static func isCorrect(prediction: String, target: String) -> Bool {
        if let predicted = number(prediction), let wanted = number(target), wanted != 0 {
            return abs(predicted - wanted) / abs(wanted) <= tolerance
        }
        return PythonText.lowercased(prediction).isIdentical(to: PythonText.lowercased(target))
    }

    private static func number(_ text: String) -> Double? {
        guard text.hasSuffix("%") else { return PythonText.number(text) }
        var digits = text[...]
        while digits.hasSuffix("%") { digits.removeLast() }
        return PythonText.number(String(digits)).map { $0 / 100 }
    }
}
