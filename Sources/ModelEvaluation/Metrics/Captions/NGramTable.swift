/// Numbers for n-grams of words, n = 1…4: an n-gram's number stands for its (n−1)-gram's number and its last word.
struct NGramTable: Sendable {
    /// Longest n-gram.
    static let longest = 4

    private var numbers: [[UInt64: Int32]] = Array(repeating: [:], count: longest)

    /// How many different n-grams of length `length` were seen.
    func count(ofLength length: Int) -> Int { numbers[length - 1].count }

    /// The n-grams of a sentence with how often each occurs, by length − 1; each list ascends by number.
    mutating func counts(of words: [Int32]) -> [[(number: Int32, count: Int32)]] {
        var result: [[(number: Int32, count: Int32)]] = []
        var shorter = [Int32](repeating: 0, count: words.count)
        for length in 1...Self.longest {
            guard words.count >= length else {
                result.append([])
                continue
            }
            var current: [Int32] = []
            current.reserveCapacity(words.count)
            for start in 0...(words.count - length) {
                current.append(number(prefix: shorter[start], word: words[start + length - 1], length: length))
            }
            shorter = current
            result.append(Self.counted(current.sorted()))
        }
        return result
    }

    private mutating func number(prefix: Int32, word: Int32, length: Int) -> Int32 {
        let key = UInt64(UInt32(bitPattern: prefix)) << 32 | UInt64(UInt32(bitPattern: word))
        let next = Int32(numbers[length - 1].count)
        if let known = numbers[length - 1][key] { return known }
        numbers[length - 1][key] = next
        return next
    }

    private static func counted(_ sorted: [Int32]) -> [(number: Int32, count: Int32)] {
        var result: [(number: Int32, count: Int32)] = []
        for number in sorted {
            if let last = result.last, last.number == number {
                result[result.count - 1].count += 1
            } else {
                result.append((number, 1))
            }
        }
        return result
    }
}
