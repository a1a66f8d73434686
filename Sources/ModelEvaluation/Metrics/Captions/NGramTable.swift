/// Numbers for n-grams of words, n = 1…4: an n-gram's number stands for its (n−1)-gram's number and its last word.
struct NGramTable: Sendable {
    /// Longest n-gram.
    static let longest = 4

    private var numbers = NumberTable()

    /// How many different n-grams were seen, of all lengths together.
    var count: Int { numbers.count }

    /// Appends the n-grams of a sentence to `list`, shorter ones first; those of a length ascend by number, each once, with
    /// how often it occurs.
    mutating func count(_ words: [Int32], into list: inout NGramList) {
        // At each place the n-gram that starts there, ever longer; −1 is the empty one.
        var grams = [Int32](repeating: -1, count: words.count)
        for length in 1...Self.longest {
            while grams.count + length > words.count + 1, !grams.isEmpty { grams.removeLast() }
            for start in grams.indices {
                grams[start] = number(prefix: grams[start], word: words[start + length - 1])
            }
            list.append(grams)
        }
    }

    private mutating func number(prefix: Int32, word: Int32) -> Int32 {
        numbers.number(of: UInt64(UInt32(bitPattern: prefix)) << 32 | UInt64(UInt32(bitPattern: word)))
    }
}

/// The n-grams of many sentences, one behind the other in the same arrays.
struct NGramList: Sendable {
    private(set) var numbers: [Int32] = []
    private(set) var counts: [Int32] = []
    private var ends: [Int32] = [0]

    /// How many sentences were counted.
    var sentences: Int { (ends.count - 1) / NGramTable.longest }

    /// Where the n-grams of a sentence lie that are `order + 1` long.
    func range(_ sentence: Int, _ order: Int) -> Range<Int> {
        let place = sentence * NGramTable.longest + order
        return Int(ends[place])..<Int(ends[place + 1])
    }

    /// Sorts the n-grams of one length, and counts equal ones once.
    fileprivate mutating func append(_ grams: [Int32]) {
        let start = numbers.count
        for gram in grams {
            // Few n-grams, mostly of growing numbers: each goes to its place from the end.
            var place = numbers.count
            while place > start, numbers[place - 1] > gram { place -= 1 }
            if place > start, numbers[place - 1] == gram {
                counts[place - 1] += 1
                continue
            }
            numbers.append(gram)
            counts.append(1)
            var last = numbers.count - 1
            while last > place {
                numbers.swapAt(last, last - 1)
                counts.swapAt(last, last - 1)
                last -= 1
            }
        }
        ends.append(Int32(numbers.count))
    }
}
