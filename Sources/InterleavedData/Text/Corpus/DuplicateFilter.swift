/// Remembers the documents seen so far and tells which come again.
///
/// Holds 16 bytes for every document and, where near duplicates are sought, 4 bytes a hash function and 12 or so a band
/// for every document that is long enough.
struct DuplicateFilter {
    /// What a document is beside those before it.
    enum Verdict: Equatable { case new, duplicate, nearDuplicate }

    private let options: NearDuplicates?
    private let hashing: MinHash?
    private var seen: Set<DocumentHash> = []
    /// Signatures, one after the other.
    private var signatures: [UInt32] = []
    /// For each band, the last document of each hash of the band's values; `earlier` leads to those before it.
    private var buckets: [[UInt64: Int32]]
    private var earlier: [Int32] = []
    /// Documents of one bucket that are compared at most; the latest are.
    private static let comparisons = 64

    /// A filter for exact duplicates, and near ones where `options` says how.
    init(_ options: NearDuplicates?) {
        self.options = options
        hashing = options.map { MinHash($0) }
        buckets = Array(repeating: [:], count: options?.bands ?? 0)
    }

    /// Whether the document, or one like it, was here before; if not it is remembered.
    ///
    /// Documents with a prompt are compared whole only: two that differ in the answer's one word are two.
    mutating func verdict(of document: TextDocument, hash: DocumentHash) -> Verdict {
        guard seen.insert(hash).inserted else { return .duplicate }
        guard document.prefixBytes == 0, let options, let signature = hashing?.signature(of: document.bytes) else {
            return .new
        }
        let keys = (0..<options.bands).map { band in
            signature[band * options.rows..<(band + 1) * options.rows].reduce(UInt64(band)) {
                SplitMix.mixed($0 ^ UInt64($1))
            }
        }
        if isLikeEarlier(signature, keys, options) { return .nearDuplicate }
        let index = Int32(signatures.count / signature.count)
        signatures += signature
        for band in keys.indices { earlier.append(buckets[band].updateValue(index, forKey: keys[band]) ?? -1) }
        return .new
    }

    private func isLikeEarlier(_ signature: [UInt32], _ keys: [UInt64], _ options: NearDuplicates) -> Bool {
        var compared: Set<Int32> = []
        for band in keys.indices {
            var candidate = buckets[band][keys[band]] ?? -1
            var steps = 0
            while candidate >= 0, steps < Self.comparisons {
                if compared.insert(candidate).inserted {
                    let start = Int(candidate) * signature.count
                    let other = signatures[start..<start + signature.count]
                    if MinHash.similarity(signature, other) >= options.threshold { return true }
                }
                candidate = earlier[Int(candidate) * keys.count + band]
                steps += 1
            }
        }
        return false
    }
}
