/// METEOR 1.5's own tokens of an English text (`-norm`): symbols apart, hyphenated words in two, acronyms without
/// periods, in lower case.
///
///     MeteorNormaliser.words("a man 's t-shirt in the u.s.")   // ["a", "man", "'", "s", "t", "shirt", "in", "the", "us"]
///
/// Source: the jar's answers (EVAL.md §4.4). Each step is a pass from left to right in which a character can belong to
/// one replacement only, as in the regular expressions that the reference applies one after the other: `a,b,c` becomes
/// `a , b,c`.
enum MeteorNormaliser {
    private typealias Text = [Unicode.Scalar]
    /// Stands for a run of periods while single ones are looked at; no input has it.
    private static let periods: ClosedRange<UInt32> = 0xF0000...0xFFFFD

    /// The words of `text`.
    static func words(_ text: String) -> [String] {
        // No step changes small letters and blanks, which most captions are made of.
        if text.utf8.allSatisfy({ $0 == 0x20 || (0x61...0x7A).contains($0) }) {
            return text.utf8.split(separator: 0x20).map { String(Substring($0)) }
        }
        var scalars: Text = [" "] + text.unicodeScalars.map { isBlank($0) ? " " : $0 } + [" "]
        scalars = spacedSymbols(scalars)
        scalars = markedPeriodRuns(scalars)
        scalars = spaced(",", in: scalars, "x , y") { !isDigit($0) && !isDigit($1) }
        scalars = spaced(",", in: scalars, "x , y") { isDigit($0) && !isDigit($1) }
        scalars = spaced(",", in: scalars, "x , y") { !isDigit($0) && isDigit($1) }
        scalars = plainQuotes(scalars)
        scalars = spaced("'", in: scalars, "x ' y") { !isLetter($0) && !isLetter($1) }
        scalars = spaced("'", in: scalars, "x ' y") { !isLetter($0) && !isDigit($0) && isLetter($1) }
        scalars = spaced("'", in: scalars, "x ' y") { isLetter($0) && !isLetter($1) }
        scalars = spaced("'", in: scalars, "x 'y") { isLetter($0) && isLetter($1) }
        scalars = spaced("'", in: scalars, "x 'y") { isDigit($0) && $1 == "s" }
        scalars = spaced("-", in: scalars, "x y") { ($0 == "." || isWord($0)) && isWord($1) }
        let words = scalars.split { isBlank($0) }.map { String(String.UnicodeScalarView($0)) }
        return words.indices.flatMap { withoutFinalPeriod(at: $0, of: words) }
            .filter { !isForeignBlank($0) }.map { PythonText.lowercased(restoredPeriodRuns($0)) }
    }

    // MARK: - Characters

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20: true
        default: false
        }
    }

    /// Blanks outside ASCII are words like other symbols until the very end.
    private static func isForeignBlank(_ word: String) -> Bool {
        word.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
            default: false
            }
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    /// Latin and Cyrillic letters as the reference knows them; Greek is not among them, for instance.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x17E, 0x400...0x527, 0x1D00...0x1D7F,
            0xA640...0xA66E, 0xA67E...0xA697:
            true
        default: false
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || isDigit(scalar) }

    // MARK: - Steps

    private static func spacedSymbols(_ text: Text) -> Text {
        let kept: Set<Unicode.Scalar> = [" ", ".", "'", "`", ",", "-", "\u{2018}", "\u{2019}"]
        return text.flatMap { isWord($0) || kept.contains($0) ? [$0] : [" ", $0, " "] }
    }

    /// Runs of two or more periods become one marker, apart from what surrounds them.
    private static func markedPeriodRuns(_ text: Text) -> Text {
        var result: Text = []
        var position = 0
        while position < text.count {
            var end = position
            while end < text.count, text[end] == "." { end += 1 }
            let length = min(end - position, periods.count - 1)
            if length > 1, let marker = Unicode.Scalar(periods.lowerBound + UInt32(length)) {
                result += [" ", marker, " "]
                position += length
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    private static func restoredPeriodRuns(_ word: String) -> String {
        guard let first = word.unicodeScalars.first, periods.contains(first.value) else { return word }
        return String(repeating: ".", count: Int(first.value - periods.lowerBound))
    }

    /// Quotes as `'` and `"`, dashes as single hyphens.
    private static func plainQuotes(_ text: Text) -> Text {
        let single: Set<Unicode.Scalar> = ["`", "\u{2018}", "\u{2019}"]
        var result = text.map { scalar -> Unicode.Scalar in
            if single.contains(scalar) { return "'" }
            if scalar == "\u{201C}" || scalar == "\u{201D}" { return "\"" }
            return scalar == "\u{2013}" ? "-" : scalar
        }
        result = pairs(of: "'", in: result, replacedBy: [" ", "\"", " "])
        return pairs(of: "-", in: result, replacedBy: ["-"])
    }

    private static func pairs(of mark: Unicode.Scalar, in text: Text, replacedBy replacement: Text) -> Text {
        var result: Text = []
        var position = 0
        while position < text.count {
            if text[position] == mark, position + 1 < text.count, text[position + 1] == mark {
                result += replacement
                position += 2
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    /// Sets `mark` apart where `applies` to the characters before and after it. In `form`, x and y stand for these.
    private static func spaced(
        _ mark: Unicode.Scalar, in text: Text, _ form: String,
        where applies: (_ before: Unicode.Scalar, _ after: Unicode.Scalar) -> Bool
    ) -> Text {
        guard text.contains(mark) else { return text }
        var result: Text = []
        var position = 0
        while position < text.count {
            if position + 2 < text.count, text[position + 1] == mark, applies(text[position], text[position + 2]) {
                for scalar in form.unicodeScalars {
                    result.append(scalar == "x" ? text[position] : scalar == "y" ? text[position + 2] : scalar)
                }
                position += 3
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    /// A final period is set apart, unless the word is an abbreviation or the next word begins in lower case; a word
    /// with other periods and letters loses all of them.
    private static func withoutFinalPeriod(at index: Int, of words: [String]) -> [String] {
        let word = words[index]
        guard word.unicodeScalars.count > 1, word.hasSuffix(".") else { return [word] }
        let front = String(word.unicodeScalars.dropLast())
        if front.unicodeScalars.contains("."), front.unicodeScalars.contains(where: isLetter) {
            return [String(String.UnicodeScalarView(word.unicodeScalars.filter { $0 != "." }))]
        }
        let next = index + 1 < words.count ? words[index + 1].unicodeScalars.first : nil
        if MeteorEnglish.abbreviations.contains(front) { return [word] }
        if let next, ("a"..."z").contains(next) { return [word] }
        if let next, isDigit(next), MeteorEnglish.abbreviationsBeforeNumbers.contains(front) { return [word] }
        return [front, "."]
    }
}
