/// Byte-pair encoding (Sennrich et al. 2016) as the `tokenizers` library does it.
///
/// A word starts as its scalars (in a byte-level vocabulary: its bytes); the adjacent pair whose rule has the lowest
/// rank is merged, the leftmost first, until no rule applies.
struct BytePairEncoding: Sendable {
    /// What `tokenizer.json` says beside the vocabulary and the merges.
    struct Options: Sendable, Equatable {
        var unknownToken: String?
        var continuingPrefix: [UInt8] = []
        var endSuffix: [UInt8] = []
        var fusesUnknown = false
        var hasByteFallback = false
        var ignoresMerges = false
    }

    let vocabulary: Vocabulary
    let merges: MergeTable
    let options: Options
    private let unknown: Int32?
    /// The id of `<0x00>` … `<0xFF>`, or -1.
    private let fallbackTokens: [Int32]
    /// The id of each byte's scalar in the byte-level alphabet, or -1.
    private let byteSymbols: [Int32]
    /// Whether words come as raw bytes that stand for byte-level scalars.
    var takesRawBytes = false

    init(vocabulary: Vocabulary, merges: MergeTable, options: Options) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.options = options
        unknown = options.unknownToken.flatMap { vocabulary.identifier($0) }
        fallbackTokens = ByteFallbackTokens.identifiers(in: vocabulary)
        byteSymbols = (0...255).map { byte in
            let key = ByteLevelAlphabet.encoded([UInt8(byte)])
            return vocabulary.identifier(key, 0..<key.count) ?? -1
        }
    }

    /// Whether a word may be worked on as raw bytes instead of their scalars with the same result.
    var allowsRawBytes: Bool {
        options.continuingPrefix.isEmpty && options.endSuffix.isEmpty && !options.hasByteFallback
    }

    /// Whether every text has tokens without an unknown token: all bytes are in the vocabulary.
    var coversAllText: Bool {
        takesRawBytes
            ? byteSymbols.allSatisfy { $0 >= 0 }
            : options.hasByteFallback && fallbackTokens.allSatisfy { $0 >= 0 }
    }

    /// Appends the tokens of the word that those bytes are.
    func tokenize(
        _ text: [UInt8], _ word: Range<Int>, scratch: inout ModelScratch, output: inout TokenOutput
    ) {
        guard !word.isEmpty else { return }
        let isCached = !output.tracksSpans && word.count <= WordCache.lengthLimit
        if isCached, scratch.cache.append(text, word, to: &output.identifiers) { return }
        let before = output.identifiers.count
        if let whole = wholeWord(text, word, &scratch) {
            output.append(whole, word.lowerBound, word.upperBound)
        } else {
            makeSymbols(text, word, &scratch)
            merge(&scratch)
            var start = word.lowerBound
            for (symbol, length) in zip(scratch.symbols, scratch.lengths) {
                output.append(symbol, start, start + Int(length))
                start += Int(length)
            }
        }
        if isCached { scratch.cache.insert(text, word, output.identifiers[before...]) }
    }

    private func wholeWord(_ text: [UInt8], _ word: Range<Int>, _ scratch: inout ModelScratch) -> Int32? {
        guard options.ignoresMerges else { return nil }
        guard takesRawBytes else { return vocabulary.identifier(text, word) }
        scratch.key.removeAll(keepingCapacity: true)
        for position in word { ByteLevelAlphabet.append(text[position], to: &scratch.key) }
        return vocabulary.identifier(scratch.key, 0..<scratch.key.count)
    }

    // MARK: - The symbols a word starts as

    private func makeSymbols(_ text: [UInt8], _ word: Range<Int>, _ scratch: inout ModelScratch) {
        scratch.symbols.removeAll(keepingCapacity: true)
        scratch.lengths.removeAll(keepingCapacity: true)
        /// Length in bytes of the unknown text that no symbol stands for yet.
        var pending: Int32?
        var position = word.lowerBound
        while position < word.upperBound {
            let length = takesRawBytes ? 1 : min(UTF8Text.length(text[position]), word.upperBound - position)
            let identifier = symbol(text, position..<position + length, in: word, &scratch.key)
            if identifier >= 0 {
                flush(&pending, &scratch)
                scratch.symbols.append(identifier)
                scratch.lengths.append(Int32(length))
            } else if !appendFallback(&scratch), let unknown {
                if let unknownLength = pending, options.fusesUnknown {
                    pending = unknownLength + Int32(length)
                } else {
                    flush(&pending, &scratch)
                    pending = Int32(length)
                }
                _ = unknown
            }
            position += length
        }
        flush(&pending, &scratch)
    }

    /// The id of one scalar or byte, or -1. Leaves the key that was looked up in `key` where it is not in the text.
    private func symbol(_ text: [UInt8], _ range: Range<Int>, in word: Range<Int>, _ key: inout [UInt8]) -> Int32 {
        if takesRawBytes { return byteSymbols[Int(text[range.lowerBound])] }
        let isFirst = range.lowerBound == word.lowerBound
        let isLast = range.upperBound == word.upperBound
        if options.continuingPrefix.isEmpty, options.endSuffix.isEmpty,
            let identifier = vocabulary.identifier(text, range)
        {
            return identifier
        }
        key.removeAll(keepingCapacity: true)
        if !isFirst { key.append(contentsOf: options.continuingPrefix) }
        key.append(contentsOf: text[range])
        if isLast { key.append(contentsOf: options.endSuffix) }
        return vocabulary.identifier(key, 0..<key.count) ?? -1
    }

    /// Appends a token for each byte of the key at hand, where the vocabulary has them all.
    ///
    /// Unknown text that is still pending stays so, and comes after these: so the library has it.
    private func appendFallback(_ scratch: inout ModelScratch) -> Bool {
        guard options.hasByteFallback, scratch.key.allSatisfy({ fallbackTokens[Int($0)] >= 0 }) else { return false }
        for byte in scratch.key {
            scratch.symbols.append(fallbackTokens[Int(byte)])
            scratch.lengths.append(1)
        }
        return true
    }

    private func flush(_ pending: inout Int32?, _ scratch: inout ModelScratch) {
        guard let length = pending, let unknown else { return }
        scratch.symbols.append(unknown)
        scratch.lengths.append(length)
        pending = nil
    }
}
