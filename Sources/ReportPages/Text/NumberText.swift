import Foundation

/// Numbers as people read them in a chart or a table: grouped thousands, a true minus sign, no locale.
package enum NumberText {
    /// So many digits after the point: `1,234.50`. Beyond 1e15 in scientific notation; `–` for what is not finite.
    package static func fixed(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = power(min(max(digits, 0), 12))
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 1e15 else { return scientific(value, digits: 3) }
        let integer = Int(scaled)
        let text = grouped(integer / Int(scale)) + fraction(integer % Int(scale), digits: min(max(digits, 0), 12))
        return value < 0 && integer != 0 ? "−" + text : text
    }

    /// `1.5e6`, `−2e-5`, with so many digits after the point at most; trailing zeros go.
    package static func scientific(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        var exponent = Int(log10(value.magnitude).rounded(.down))
        var mantissa = value.magnitude / power(exponent)
        // Rounding, or the logarithm's last bit, may leave the mantissa at 10 or just below 1.
        if (mantissa * power(digits)).rounded() >= power(digits + 1) { exponent += 1 }
        mantissa = value.magnitude / power(exponent)
        return (value < 0 ? "−" : "") + trimmed(fixed(mantissa, digits: digits)) + "e\(exponent)"
    }

    /// As `significant`, without zeros at the end: `0.001`, `1e-4`, `45.2`.
    package static func short(_ value: Double, digits: Int = 4) -> String {
        let text = significant(value, digits: digits)
        return text.contains("e") ? text : trimmed(text)
    }

    /// `text` without zeros behind its point.
    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// About so many significant digits, in whichever notation is short: `0.0123`, `45.2`, `12,300`, `1.23e-7`.
    package static func significant(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        guard value.magnitude >= 1e-3, value.magnitude < 1e7 else { return scientific(value, digits: digits - 1) }
        let exponent = Int(log10(value.magnitude).rounded(.down))
        let places = max(digits - 1 - exponent, 0)
        if value == value.rounded() { return fixed(value, digits: 0) }
        return fixed(value, digits: places)
    }

    /// Thousands parted by commas.
    package static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A coordinate of a drawing: two digits after the point at most, plain ASCII.
    package static func coordinate(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let hundredths = Int((value.magnitude * 100).rounded())
        var text = String(hundredths / 100)
        let rest = hundredths % 100
        if rest % 10 != 0 { text += rest < 10 ? ".0\(rest)" : ".\(rest)" } else if rest > 0 { text += ".\(rest / 10)" }
        return value < 0 && hundredths != 0 ? "-" + text : text
    }

    /// Ten to that power; exact from 0 to 22.
    static func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

    private static func fraction(_ value: Int, digits: Int) -> String {
        guard digits > 0 else { return "" }
        let text = String(value)
        return "." + String(repeating: "0", count: digits - text.count) + text
    }
}
