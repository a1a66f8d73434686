/// WordPiece (Schuster and Nakajima 2012): at each place the longest token that fits, those inside a word with a prefix.
struct WordPiece: Sendable {
    let vocabulary: Vocabulary
    let unknown: Int32
    private let prefix: [UInt8]
    private let wordLimit: Int
    private let longestToken: Int

    /// - Parameter wordLimit: words of more scalars than this are unknown.
    init(vocabulary: Vocabulary, unknown: Int32, prefix: [UInt8], wordLimit: Int) {
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.prefix = prefix
        self.wordLimit = wordLimit
        longestToken = (0..<vocabulary.table.count).map { vocabulary.table.keyRange($0).count }.max() ?? 0
    }

    /// Appends the tokens of the word that those bytes are.
    func tokenize(_ text: [UInt8], _ word: Range<Int>, scratch: inout ModelScratch, output: inout TokenOutput) {
        guard !word.isEmpty else { return }
        let isCached = !output.tracksSpans && word.count <= WordCache.lengthLimit
        if isCached, scratch.cache.append(text, word, to: &output.identifiers) { return }
        let before = output.identifiers.count
        if !divide(text, word, &scratch.key, &output) {
            output.identifiers.removeSubrange(before...)
            if output.tracksSpans { output.spans.removeSubrange(before...) }
            output.append(unknown, word.lowerBound, word.upperBound)
        }
        if isCached { scratch.cache.insert(text, word, output.identifiers[before...]) }
    }

    private func divide(
        _ text: [UInt8], _ word: Range<Int>, _ key: inout [UInt8], _ output: inout TokenOutput
    ) -> Bool {
        guard word.count <= wordLimit || text[word].count(where: { $0 & 0xC0 != 0x80 }) <= wordLimit else {
            return false
        }
        var start = word.lowerBound
        while start < word.upperBound {
            var end = min(word.upperBound, start + longestToken)
            while end < word.upperBound, end > start, text[end] & 0xC0 == 0x80 { end -= 1 }
            var found: Int32?
            while end > start {
                found = token(text, start..<end, isInside: start > word.lowerBound, &key)
                if found != nil { break }
                end = UTF8Text.previous(text, end, from: start)
            }
            guard let found else { return false }
            output.append(found, start, end)
            start = end
        }
        return true
    }

    private func token(_ text: [UInt8], _ range: Range<Int>, isInside: Bool, _ key: inout [UInt8]) -> Int32? {
        guard isInside else { return vocabulary.identifier(text, range) }
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: prefix)
        key.append(contentsOf: text[range])
        return vocabulary.identifier(key, 0..<key.count)
    }
}
