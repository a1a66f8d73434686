/// The heart of BPE training: merges the most frequent pair until there are tokens enough.
///
/// As in the library, a queue entry knows only the words in which its pair arose together; its count is brought up to
/// date when it comes to the top.
struct PairMerging {
    private typealias Pair = UInt64

    private struct Entry {
        var count: Int
        var pair: Pair
        /// Place of the words in `positions`.
        var positions: Int32

        /// Whether this comes before another: more often, or of smaller ids, or queued before it.
        func precedes(_ other: Entry) -> Bool {
            if count != other.count { return count > other.count }
            return pair != other.pair ? pair < other.pair : positions < other.positions
        }
    }

    private let options: BytePairTrainer.Options
    /// The tokens' texts in byte-level scalars, by id.
    private(set) var tokens: [[UInt8]] = []
    private var identifiers = ByteKeyTable(minimumCapacity: 4096)
    /// The merges in their order: ids of the two.
    private(set) var merges: [(left: Int32, right: Int32)] = []
    private var symbolOfByte = [Int32](repeating: -1, count: 256)
    /// Symbols of every word with their lengths, one word after the other; a word shrinks where it stands.
    private var symbols: [Int32] = []
    private var lengths: [Int32] = []
    private var starts: [Int] = []
    private var sizes: [Int32] = []
    private var counts: [Int] = []
    private var pairCounts: [Pair: Int] = [:]
    /// Words of queue entries, and of pairs that arose since the queue was last filled.
    private var positions: [[Int32]] = []
    private var arisen: [Pair: [Int32]] = [:]
    private var heap: [Entry] = []

    init(_ options: BytePairTrainer.Options) {
        self.options = options
        for token in options.specialTokens { addToken(Array(token.utf8)) }
    }

    /// Makes those bytes tokens.
    mutating func addAlphabet(_ bytes: [UInt8]) {
        for byte in bytes { symbolOfByte[Int(byte)] = addToken(ByteLevelAlphabet.encoded([byte])) }
    }

    /// Adds a word that occurs `count` times; bytes that are no tokens are left out.
    mutating func addWord(_ word: ArraySlice<UInt8>, count: Int) {
        starts.append(symbols.count)
        for byte in word where symbolOfByte[Int(byte)] >= 0 {
            symbols.append(symbolOfByte[Int(byte)])
            lengths.append(1)
        }
        sizes.append(Int32(symbols.count - starts[starts.count - 1]))
        counts.append(count)
    }

    @discardableResult
    private mutating func addToken(_ text: [UInt8]) -> Int32 {
        let (index, isNew) = identifiers.insert(text, 0..<text.count, value: Int32(tokens.count))
        if isNew { tokens.append(text) }
        return Int32(index)
    }

    // MARK: - Merging

    /// Finds the merges.
    mutating func run() {
        countPairs()
        while tokens.count < options.vocabularySize, var top = pop() {
            let count = pairCounts[top.pair] ?? 0
            if top.count != count {
                top.count = count
                push(top)
                continue
            }
            if top.count < 1 || options.minimumFrequency > top.count { break }
            let (left, right) = (Self.left(top.pair), Self.right(top.pair))
            let merged = addToken(tokens[Int(left)] + tokens[Int(right)])
            merges.append((left, right))
            for word in positions[Int(top.positions)] { merge(left, right, into: merged, word: Int(word)) }
            positions[Int(top.positions)] = []
            enqueueArisen()
        }
    }

    private static func pair(_ left: Int32, _ right: Int32) -> Pair { Pair(left) << 32 | Pair(right) }
    private static func left(_ pair: Pair) -> Int32 { Int32(truncatingIfNeeded: pair >> 32) }
    private static func right(_ pair: Pair) -> Int32 { Int32(truncatingIfNeeded: pair) }

    private mutating func countPairs() {
        for word in starts.indices {
            let (start, size) = (starts[word], Int(sizes[word]))
            guard size > 1 else { continue }
            for index in start..<start + size - 1 {
                change(Self.pair(symbols[index], symbols[index + 1]), by: 1, word: word)
            }
        }
        enqueueArisen()
    }

    /// Changes how often a pair occurs, by what one occurrence in that word counts.
    private mutating func change(_ pair: Pair, by sign: Int, word: Int) {
        pairCounts[pair, default: 0] += sign * counts[word]
        guard sign > 0 else { return }
        let word = Int32(word)
        arisen[pair, default: []].append(word)
    }

    private mutating func enqueueArisen() {
        for (pair, words) in arisen {
            guard let count = pairCounts[pair], count > 0 else { continue }
            var unique = words
            var kept = 1
            for index in 1..<max(1, words.count) where words[index] != unique[kept - 1] {
                unique[kept] = words[index]
                kept += 1
            }
            unique.removeSubrange(kept...)
            push(Entry(count: count, pair: pair, positions: Int32(positions.count)))
            positions.append(unique)
        }
        arisen.removeAll(keepingCapacity: true)
    }

    private mutating func merge(_ left: Int32, _ right: Int32, into merged: Int32, word: Int) {
        let start = starts[word]
        let limit = options.maximumTokenLength ?? .max
        var end = start + Int(sizes[word])
        var read = start
        var write = start
        while read < end {
            guard symbols[read] == left, read + 1 < end, symbols[read + 1] == right else {
                (symbols[write], lengths[write]) = (symbols[read], lengths[read])
                read += 1
                write += 1
                continue
            }
            let length = lengths[read] + lengths[read + 1]
            if write > start {
                change(Self.pair(symbols[write - 1], left), by: -1, word: word)
                if Int(lengths[write - 1]) + Int(length) < limit {
                    change(Self.pair(symbols[write - 1], merged), by: 1, word: word)
                }
            }
            if read + 2 < end {
                change(Self.pair(right, symbols[read + 2]), by: -1, word: word)
                if Int(lengths[read + 2]) + Int(length) < limit {
                    change(Self.pair(merged, symbols[read + 2]), by: 1, word: word)
                }
            }
            (symbols[write], lengths[write]) = (merged, length)
            read += 2
            write += 1
        }
        end = write
        sizes[word] = Int32(end - start)
    }

    // MARK: - The queue

    private mutating func push(_ entry: Entry) {
        var child = heap.count
        heap.append(entry)
        while child > 0, entry.precedes(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = entry
    }

    private mutating func pop() -> Entry? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(last) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return top
    }
}
