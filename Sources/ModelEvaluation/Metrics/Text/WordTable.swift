/// Numbers for words: equal numbers for equal bytes, in the order of first sight.
struct WordTable: Sendable {
    private var numbers: [ExactText: Int32] = [:]

    /// How a caption's tokens are taken out of its token string.
    enum Split: Sendable {
        /// At runs of any Unicode white space, as Python's `split()`: a token with U+00A0 falls apart.
        case whiteSpace
        /// At every U+0020, as Python's `split(" ")`: the empty string is one empty word.
        case blank
    }

    /// The numbers of the words of `text`; new words get new numbers.
    mutating func numbers(of text: String, splitAt split: Split) -> [Int32] {
        switch split {
        case .whiteSpace:
            text.unicodeScalars.split(whereSeparator: PythonText.isSpace).map { number(of: Substring($0)) }
        case .blank:
            text.utf8.split(separator: 0x20, omittingEmptySubsequences: false).map { number(of: Substring($0)) }
        }
    }

    /// The number of `word`.
    mutating func number(of word: some StringProtocol) -> Int32 {
        let key = ExactText(word)
        if let known = numbers[key] { return known }
        let number = Int32(numbers.count)
        numbers[key] = number
        return number
    }
}
