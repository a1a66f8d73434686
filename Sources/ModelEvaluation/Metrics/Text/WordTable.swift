/// Numbers for words: equal numbers for equal bytes, in the order of first sight.
struct WordTable: Sendable {
    /// Words of at most seven bytes, as those bytes behind their count.
    private var short = NumberTable()
    private var long: [ExactText: Int32] = [:]
    /// What the words of `short` are numbered among all words.
    private var numberOfShort: [Int32] = []
    private var count: Int32 = 0

    /// How a caption's tokens are taken out of its token string.
    enum Split: Sendable {
        /// At runs of any Unicode white space, as Python's `split()`: a token with U+00A0 falls apart.
        case whiteSpace
        /// At every U+0020, as Python's `split(" ")`: the empty string is one empty word.
        case blank
    }

    /// The numbers of the words of `text`; new words get new numbers.
    mutating func numbers(of text: String, splitAt split: Split) -> [Int32] {
        let bytes = Array(text.utf8)
        if split == .whiteSpace, bytes.contains(where: { $0 >= 0x80 }) {
            return text.unicodeScalars.split(whereSeparator: PythonText.isSpace)
                .map { number(of: Array(Substring($0).utf8)[...]) }
        }
        var numbers: [Int32] = []
        var start = 0
        for end in 0...bytes.count where end == bytes.count || Self.separates(bytes[end], split) {
            if split == .blank || end > start { numbers.append(number(of: bytes[start..<end])) }
            start = end + 1
        }
        return numbers
    }

    private static func separates(_ byte: UInt8, _ split: Split) -> Bool {
        byte == 0x20 || (split == .whiteSpace && byte < 0x20 && PythonText.isSpace(Unicode.Scalar(byte)))
    }

    private mutating func number(of word: ArraySlice<UInt8>) -> Int32 {
        if word.count <= 7 {
            let key = word.reduce(UInt64(word.count)) { $0 << 8 | UInt64($1) }
            let place = Int(short.number(of: key))
            if place == numberOfShort.count { numberOfShort.append(next()) }
            return numberOfShort[place]
        }
        let key = ExactText(bytes: Array(word))
        if let known = long[key] { return known }
        let number = next()
        long[key] = number
        return number
    }

    private mutating func next() -> Int32 {
        defer { count += 1 }
        return count
    }
}
