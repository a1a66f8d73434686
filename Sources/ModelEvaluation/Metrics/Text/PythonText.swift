/// Text operations as the references, written in Python, have them: by code points, not by characters.
///
/// `String`'s own `==` takes canonically equivalent texts for equal; the references do not, so neither do we.
enum PythonText {
    /// `str.isspace` of one code point.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// `str.strip()`.
    static func stripped(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// `str.strip(characters)`.
    static func stripped(_ text: String, of characters: Set<Unicode.Scalar>) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !characters.contains($0) }),
            let last = scalars.lastIndex(where: { !characters.contains($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// `str.split()`: the words between runs of white space.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: isSpace).map { String($0) }
    }

    /// `str.lower()`: full case mapping with the final form of sigma.
    static func lowercased(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        let scalars = Array(text.unicodeScalars)
        var lower = ""
        for (position, scalar) in scalars.enumerated() {
            if scalar == "\u{3A3}" {
                let before = scalars[..<position].last { !$0.properties.isCaseIgnorable }
                let after = scalars[(position + 1)...].first { !$0.properties.isCaseIgnorable }
                let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
                lower.unicodeScalars.append(isFinal ? "\u{3C2}" : "\u{3C3}")
            } else {
                lower += scalar.properties.lowercaseMapping
            }
        }
        return lower
    }

    /// `str.replace(old, new)`; the empty `old` matches nothing here.
    static func replacing(_ old: String, with new: String, in text: String) -> String {
        let pattern = Array(old.unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        guard !pattern.isEmpty, scalars.count >= pattern.count else { return text }
        var result = String.UnicodeScalarView()
        var position = 0
        while position < scalars.count {
            if scalars[position] == pattern[0], scalars[position...].starts(with: pattern) {
                result.append(contentsOf: new.unicodeScalars)
                position += pattern.count
            } else {
                result.append(scalars[position])
                position += 1
            }
        }
        return String(result)
    }

    /// `old in text`.
    static func contains(_ old: String, in text: String) -> Bool { firstIndex(of: old, in: text) != nil }

    /// `text.find(old)` in code points; nil where it is absent.
    static func firstIndex(of old: String, in text: String) -> Int? {
        let pattern = Array(old.unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= pattern.count else { return nil }
        return (0...(scalars.count - pattern.count)).first { scalars[$0...].starts(with: pattern) }
    }

    /// `text.rfind(old)` in code points; nil where it is absent.
    static func lastIndex(of old: String, in text: String) -> Int? {
        let pattern = Array(old.unicodeScalars)
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= pattern.count else { return nil }
        return (0...(scalars.count - pattern.count)).last { scalars[$0...].starts(with: pattern) }
    }

    /// Whether `\d` matches: a decimal digit of any script.
    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .decimalNumber }

    /// `float(text)`, where that does not raise: surrounding blanks, `1_000`, `1e3`, `inf`, `nan` are numbers.
    static func number(_ text: String) -> Double? {
        let trimmed = stripped(text)
        let ascii = String(
            String.UnicodeScalarView(
                trimmed.unicodeScalars.map { scalar in
                    guard isDigit(scalar), let value = scalar.properties.numericValue else { return scalar }
                    return Unicode.Scalar(0x30 + UInt8(value))
                }))
        guard let unscored = withoutDigitSeparators(ascii) else { return nil }
        let lower = unscored.lowercased()
        let unsigned = lower.hasPrefix("+") || lower.hasPrefix("-") ? lower.dropFirst() : lower[...]
        if ["inf", "infinity", "nan"].contains(unsigned) { return Double(lower) }
        guard !unsigned.isEmpty, unsigned.utf8.allSatisfy(isNumberByte) else { return nil }
        return Double(String(unscored)) ?? Double("0" + unsigned).map { lower.hasPrefix("-") ? -$0 : $0 }
            ?? trailingPoint(unscored)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x65].contains(byte)
    }

    /// `5.` and `5.e3`, which Python reads.
    private static func trailingPoint(_ text: String) -> Double? {
        guard let point = text.firstIndex(of: "."), point > text.startIndex else { return nil }
        var completed = text
        completed.insert("0", at: text.index(after: point))
        return Double(completed)
    }

    /// The text without underscores, where each stands between two digits.
    private static func withoutDigitSeparators(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard position > 0, position + 1 < bytes.count, (0x30...0x39).contains(bytes[position - 1]),
                (0x30...0x39).contains(bytes[position + 1])
            else { return nil }
        }
        return text.filter { $0 != "_" }
    }
}
