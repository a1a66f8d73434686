/// The numbers that MMMU's parser finds in a text, as Python's `re.findall` finds these patterns one after the other:
///
///     -?\b\d{1,3}(?:,\d{3})+\b
///     -?\d+(?:\.\d+)?[eE][+-]?\d+
///     -?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d])
///
/// Written out by hand: `\b` of Swift's expressions follows other rules of words.
struct MMMUNumbers {
    private let text: [Unicode.Scalar]

    init(_ text: String) { self.text = Array(text.unicodeScalars) }

    /// With thousands commas, then in scientific notation, then plain: `1,234` gives `1,234` and `234`.
    var all: [String] { found(endOfGrouped) + found(endOfScientific) + found(endOfPlain) }

    /// All matches from left to right, none overlapping; `end` gives the end of a match without its sign.
    private func found(_ end: (Int) -> Int?) -> [String] {
        var result: [String] = []
        var position = 0
        while position < text.count {
            let isSigned = text[position] == "-"
            if let stop = (isSigned ? end(position + 1) : nil) ?? end(position) {
                result.append(String(String.UnicodeScalarView(text[position..<stop])))
                position = stop
            } else {
                position += 1
            }
        }
        return result
    }

    private func isDigit(_ index: Int) -> Bool { text.indices.contains(index) && PythonText.isDigit(text[index]) }

    private func isWord(_ index: Int) -> Bool {
        guard text.indices.contains(index) else { return false }
        let properties = text[index].properties
        return properties.isAlphabetic || properties.numericType != nil || text[index] == "_"
    }

    /// `\b`.
    private func isBoundary(_ index: Int) -> Bool { isWord(index - 1) != isWord(index) }

    private func endOfDigits(_ start: Int) -> Int {
        var end = start
        while isDigit(end) { end += 1 }
        return end
    }

    private func endOfGrouped(_ start: Int) -> Int? {
        let digits = endOfDigits(start)
        guard isBoundary(start), (1...3).contains(digits - start) else { return nil }
        var end = digits
        var last: Int?
        while end < text.count, text[end] == ",", isDigit(end + 1), isDigit(end + 2), isDigit(end + 3) {
            end += 4
            if isBoundary(end) { last = end }
        }
        return last
    }

    private func endOfScientific(_ start: Int) -> Int? {
        var end = endOfDigits(start)
        guard end > start else { return nil }
        if end < text.count, text[end] == ".", isDigit(end + 1) { end = endOfDigits(end + 1) }
        return endOfExponent(end)
    }

    private func endOfExponent(_ start: Int) -> Int? {
        guard start < text.count, text[start] == "e" || text[start] == "E" else { return nil }
        var digits = start + 1
        if digits < text.count, text[digits] == "+" || text[digits] == "-" { digits += 1 }
        return isDigit(digits) ? endOfDigits(digits) : nil
    }

    private func endOfPlain(_ start: Int) -> Int? {
        let whole = endOfDigits(start)
        if whole < text.count, text[whole] == ".", isDigit(whole + 1) {
            let end = endOfDigits(whole + 1)
            if isFollowedWell(end) { return end }
        }
        guard whole > start, isBoundary(whole), isFollowedWell(whole) else { return nil }
        return whole
    }

    /// No exponent, comma or digit comes next.
    private func isFollowedWell(_ end: Int) -> Bool {
        endOfExponent(end) == nil && !(end < text.count && text[end] == ",") && !isDigit(end)
    }
}
