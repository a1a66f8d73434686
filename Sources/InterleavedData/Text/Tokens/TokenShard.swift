import TensorEngine

/// A document as a shard has it.
package struct StoredDocument: Sendable, Equatable {
    /// Its tokens in the stream, the end of text with them where it ends.
    package var range: Range<Int>
    /// Tokens at the front that are a prompt.
    package var prefixTokens: Int
    /// Bytes of its text.
    package var bytes: Int
    /// The place of its source in the corpus.
    package var source: Int
    /// Whether it goes on where another was cut.
    package var continuesEarlier: Bool
    /// Whether the text ends with it: its last token is the end of text.
    package var endsText: Bool
}

/// Two files of a token store, mapped into memory.
///
/// `NAME.tokens` holds the ids one after the other, 2 or 4 bytes each, the least first. `NAME.documents` holds 24 bytes
/// a document: the place of its first token (8), the tokens of its prompt, the bytes of its text, its source, and flags
/// (4 each: 1 goes on from an earlier one, 2 is cut at its end).
struct TokenShard: Sendable {
    static let recordLength = 24

    let entry: TokenStoreIndex.Shard
    private let tokens: MappedFile
    private let documents: MappedFile
    private let width: Int

    /// The shard `entry` of the store in `folder`.
    init(folder: String, entry: TokenStoreIndex.Shard, width: Int) throws(TextDataError) {
        self.entry = entry
        self.width = width
        tokens = try MappedFile.opened("\(folder)/\(entry.name).tokens")
        documents = try MappedFile.opened("\(folder)/\(entry.name).documents")
        for (map, expected) in [(tokens, entry.tokens * width), (documents, entry.documents * Self.recordLength)]
        where map.byteCount != expected {
            throw .damagedStore(
                file: map.path, reason: "\(map.byteCount) bytes long where the index says \(expected)")
        }
    }

    /// Checks the files' hashes.
    func verify() throws(TextDataError) {
        for (map, expected) in [(tokens, entry.tokensHash), (documents, entry.documentsHash)]
        where TokenStoreIndex.hash(map.bytes(in: 0..<map.byteCount)) != expected {
            throw .damagedStore(file: map.path, reason: "its SHA-256 is not what the index says")
        }
    }

    /// The ids in `range`, which must lie within the shard; each below `vocabulary`.
    func ids(in range: Range<Int>, vocabulary: Int) throws(TextDataError) -> [Int] {
        let bytes = tokens.bytes(in: range.lowerBound * width..<range.upperBound * width)
        var ids: [Int] = []
        ids.reserveCapacity(range.count)
        for index in 0..<range.count {
            let id = bytes.littleEndian(at: index * width, width: width)
            guard id < vocabulary else {
                throw .tokenOutOfRange(
                    file: tokens.path, offset: range.lowerBound + index, id: id, vocabulary: vocabulary)
            }
            ids.append(id)
        }
        return ids
    }

    /// Where the document starts among the shard's tokens.
    func start(of document: Int) -> Int {
        let offset = document * Self.recordLength
        return documents.bytes(in: offset..<offset + 8).littleEndian(at: 0, width: 8)
    }

    /// The document, its range counted from the shard's start.
    func document(_ index: Int) throws(TextDataError) -> StoredDocument {
        let offset = index * Self.recordLength
        let record = documents.bytes(in: offset..<offset + Self.recordLength)
        let start = record.littleEndian(at: 0, width: 8)
        let end = index + 1 < entry.documents ? self.start(of: index + 1) : entry.tokens
        let prefix = record.littleEndian(at: 8, width: 4)
        guard start >= 0, start <= end, end <= entry.tokens, prefix <= end - start else {
            throw .damagedStore(file: documents.path, reason: "document \(index) lies outside of the tokens")
        }
        let flags = record.littleEndian(at: 20, width: 4)
        return StoredDocument(
            range: start..<end, prefixTokens: prefix, bytes: record.littleEndian(at: 12, width: 4),
            source: record.littleEndian(at: 16, width: 4), continuesEarlier: flags & 1 != 0, endsText: flags & 2 == 0)
    }
}
