/// How alike two documents must be to count as one, and how that is found out.
///
/// A document is the set of its shingles, runs of `shingleWords` words (letters and digits, lower case). `J(A, B) =
/// |A ∩ B| / |A ∪ B|` is estimated by MinHash (Broder 1997): the share of `bands · rows` hash functions whose least value
/// over both sets is the same, with a standard error of `√(J(1 − J)/(bands · rows))`. Documents are compared where all
/// `rows` least values of one band agree, which happens with probability `1 − (1 − J^rows)^bands`: with 16 bands of 8 for
/// 0.9998 of pairs at J = 0.9, 0.95 at J = 0.8, 0.61 at J = 0.7, 0.06 at J = 0.5.
package struct NearDuplicates: Sendable, Equatable {
    /// Words of a shingle.
    package var shingleWords = 5
    /// Bands of the signature.
    package var bands = 16
    /// Least values in a band.
    package var rows = 8
    /// From this estimate of J on the later document is left out.
    package var threshold = 0.8
    /// A document with fewer shingles is only compared whole.
    package var minimumShingles = 8

    /// The values above.
    package init() {}

    func validate() throws(TextDataError) {
        guard (1...32).contains(shingleWords), (1...256).contains(bands), (1...64).contains(rows) else {
            throw .badOption(
                name: "near duplicates", reason: "shingles of 1...32 words, 1...256 bands of 1...64 rows are possible")
        }
        guard threshold > 0, threshold <= 1 else {
            throw .badOption(name: "near duplicates", reason: "the threshold \(threshold) is not in 0...1")
        }
    }
}

/// The MinHash signatures of documents.
struct MinHash: Sendable {
    private let shingleWords: Int
    private let minimumShingles: Int
    private let multipliers: [UInt64]
    private let summands: [UInt64]

    init(_ options: NearDuplicates) {
        shingleWords = options.shingleWords
        minimumShingles = options.minimumShingles
        // Fixed: signatures are the same in every run. Multipliers are odd, so that no hash collapses.
        var generator = SplitMix(state: 0x5EED_0F_51_6E_A7_12)
        multipliers = (0..<options.bands * options.rows).map { _ in generator.next() | 1 }
        summands = multipliers.map { _ in generator.next() }
    }

    /// The least value of each hash function over the shingles of the text; nothing for a text with too few.
    func signature(of bytes: [UInt8]) -> [UInt32]? {
        let words = Self.wordHashes(bytes)
        let count = words.count - shingleWords + 1
        guard count >= max(1, minimumShingles) else { return nil }
        var least = [UInt32](repeating: .max, count: multipliers.count)
        for start in 0..<count {
            var shingle: UInt64 = 0
            for word in words[start..<start + shingleWords] { shingle = SplitMix.mixed(shingle &+ word) }
            for index in least.indices {
                let value = UInt32(truncatingIfNeeded: (multipliers[index] &* shingle &+ summands[index]) >> 32)
                least[index] = min(least[index], value)
            }
        }
        return least
    }

    /// The share of equal values of two signatures: the estimate of J.
    static func similarity(_ a: [UInt32], _ b: ArraySlice<UInt32>) -> Double {
        var equal = 0
        for (x, y) in zip(a, b) where x == y { equal += 1 }
        return Double(equal) / Double(max(1, a.count))
    }

    /// A hash of each word: a run of ASCII letters and digits in lower case, or of bytes beyond ASCII.
    private static func wordHashes(_ bytes: [UInt8]) -> [UInt64] {
        var hashes: [UInt64] = []
        var hash: UInt64 = 0
        var isInWord = false
        for byte in bytes {
            let lower = byte | 0x20
            let isWord = byte >= 0x80 || (0x61...0x7A).contains(lower) || (0x30...0x39).contains(byte)
            if isWord {
                hash =
                    ((isInWord ? hash : 0xCBF2_9CE4_8422_2325) ^ UInt64(byte < 0x80 ? lower : byte)) &* 0x100_0000_01B3
            } else if isInWord {
                hashes.append(SplitMix.mixed(hash))
            }
            isInWord = isWord
        }
        if isInWord { hashes.append(SplitMix.mixed(hash)) }
        return hashes
    }
}
