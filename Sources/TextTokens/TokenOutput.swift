/// Bytes of a text, from `start` up to but not including `end`.
struct ByteSpan: Sendable, Equatable {
    var start: Int32
    var end: Int32
}

/// The ids that a model has made so far.
struct TokenOutput {
    var identifiers: [Int32] = []
    /// The bytes each token covers in the buffer it was made from; empty unless `tracksSpans`.
    var spans: [ByteSpan] = []
    let tracksSpans: Bool

    init(tracksSpans: Bool) { self.tracksSpans = tracksSpans }

    /// Adds a token that covers those bytes.
    @inline(__always)
    mutating func append(_ identifier: Int32, _ start: Int, _ end: Int) {
        identifiers.append(identifier)
        if tracksSpans { spans.append(ByteSpan(start: Int32(start), end: Int32(end))) }
    }
}

/// Memory that a model needs while it works, kept from word to word, and the words it has seen.
struct ModelScratch {
    /// Ids of the words met before.
    var cache = WordCache()
    /// Ids of the symbols of the word at work.
    var symbols: [Int32] = []
    /// Length in bytes of each symbol.
    var lengths: [Int32] = []
    /// The rule that merges each symbol with the next one.
    var rules: [UInt64] = []
    /// Index of the next symbol, for long words.
    var next: [Int32] = []
    /// Index of the symbol before, for long words.
    var previous: [Int32] = []
    /// Possible merges, the best on top: rank above, index of the left symbol below.
    var heap: [UInt64] = []
    /// Bytes of a key that has to be put together.
    var key: [UInt8] = []
    /// Best path to each byte, for unigram.
    var path: [UnigramNode] = []
}

/// Words met before and the ids they gave, so that the merges are worked out once for each.
struct WordCache {
    /// More words than this, and the cache starts anew.
    static let wordLimit = 100_000
    /// Longer words are not kept.
    static let lengthLimit = 96

    private var table = ByteKeyTable(minimumCapacity: 1024)
    /// For each word its number of ids, then the ids.
    private var pool: [Int32] = []

    /// Appends the ids of a word that was met before.
    /// - Returns: false where it was not.
    @inline(__always)
    func append(_ bytes: [UInt8], _ range: Range<Int>, to identifiers: inout [Int32]) -> Bool {
        guard let start = table.value(bytes, range) else { return false }
        let position = Int(start)
        let count = Int(pool[position])
        if count == 1 {
            identifiers.append(pool[position + 1])
        } else {
            for index in position + 1..<position + 1 + count { identifiers.append(pool[index]) }
        }
        return true
    }

    /// Remembers what a word gave.
    mutating func insert(_ bytes: [UInt8], _ range: Range<Int>, _ identifiers: ArraySlice<Int32>) {
        if table.count >= Self.wordLimit {
            table.removeAll()
            pool.removeAll(keepingCapacity: true)
        }
        table.insert(bytes, range, value: Int32(pool.count))
        pool.append(Int32(identifiers.count))
        pool.append(contentsOf: identifiers)
    }
}
