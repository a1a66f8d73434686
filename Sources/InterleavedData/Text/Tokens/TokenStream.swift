/// All documents of one split as one row of tokens, in the shuffled order.
package struct TokenStream: Sendable {
    /// How many tokens there are.
    package let tokenCount: Int
    /// How many documents there are.
    package let documentCount: Int
    /// Bytes of their texts.
    package let byteCount: Int
    /// Ids are below this.
    package let vocabulary: Int
    private let shards: [TokenShard]
    /// Where each shard's tokens and documents start.
    private let tokenStarts: [Int]
    private let documentStarts: [Int]

    init(shards: [TokenShard], vocabulary: Int) {
        self.shards = shards.filter { $0.entry.documents > 0 }
        self.vocabulary = vocabulary
        var (tokens, documents, bytes) = (0, 0, 0)
        var (tokenStarts, documentStarts): ([Int], [Int]) = ([], [])
        for shard in self.shards {
            tokenStarts.append(tokens)
            documentStarts.append(documents)
            tokens += shard.entry.tokens
            documents += shard.entry.documents
            bytes += shard.entry.bytes
        }
        self.tokenStarts = tokenStarts
        self.documentStarts = documentStarts
        (tokenCount, documentCount, byteCount) = (tokens, documents, bytes)
    }

    /// Checks the files' hashes.
    func verify() throws(TextDataError) { for shard in shards { try shard.verify() } }

    /// The ids in `range` of the stream, which must lie within it.
    package func ids(in range: Range<Int>) throws(TextDataError) -> [Int] {
        precondition(range.lowerBound >= 0 && range.upperBound <= tokenCount, "\(range) of \(tokenCount) tokens")
        var ids: [Int] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let shard = Self.last(tokenStarts, notAbove: position)
            let start = tokenStarts[shard]
            let end = min(range.upperBound, start + shards[shard].entry.tokens)
            ids += try shards[shard].ids(in: position - start..<end - start, vocabulary: vocabulary)
            position = end
        }
        return ids
    }

    /// The document of that place in the order.
    package func document(_ index: Int) throws(TextDataError) -> StoredDocument {
        precondition(index >= 0 && index < documentCount, "document \(index) of \(documentCount)")
        let shard = Self.last(documentStarts, notAbove: index)
        var document = try shards[shard].document(index - documentStarts[shard])
        let start = tokenStarts[shard]
        document.range = document.range.lowerBound + start..<document.range.upperBound + start
        return document
    }

    /// The place of the document that holds the token at `position`.
    package func documentIndex(at position: Int) -> Int {
        precondition(position >= 0 && position < tokenCount, "token \(position) of \(tokenCount)")
        let shard = Self.last(tokenStarts, notAbove: position)
        let wanted = position - tokenStarts[shard]
        var (low, high) = (0, shards[shard].entry.documents)
        // The last document that starts at `wanted` or before it.
        while high - low > 1 {
            let middle = (low + high) / 2
            if shards[shard].start(of: middle) <= wanted { low = middle } else { high = middle }
        }
        return documentStarts[shard] + low
    }

    /// The last of ascending numbers, the first of them 0, that is not above `value`.
    private static func last(_ numbers: [Int], notAbove value: Int) -> Int {
        var (low, high) = (0, numbers.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if numbers[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }
}
