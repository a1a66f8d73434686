import Crypto

/// Writes a shard's two files.
struct TokenShardWriter {
    private static let bufferLength = 1 << 20

    private let width: Int
    private let tokensFile: OutputFile
    private let documentsFile: OutputFile
    private var tokensHash = SHA256()
    private var documentsHash = SHA256()
    private var tokens: [UInt8] = []
    private var documents: [UInt8] = []
    private var entry: TokenStoreIndex.Shard

    init(folder: String, name: String, width: Int) throws(TextDataError) {
        self.width = width
        tokensFile = try OutputFile(path: "\(folder)/\(name).tokens")
        documentsFile = try OutputFile(path: "\(folder)/\(name).documents")
        entry = TokenStoreIndex.Shard(
            name: name, tokens: 0, documents: 0, bytes: 0, tokensHash: "", documentsHash: "")
    }

    /// Adds a document.
    mutating func add(_ ids: [Int32], prefixTokens: Int, of spilled: DocumentSpill.Entry) throws(TextDataError) {
        documents.append(littleEndian: UInt64(entry.tokens))
        let flags: UInt32 = (spilled.continues ? 1 : 0) | (spilled.isContinued ? 2 : 0)
        for value in [UInt32(prefixTokens), UInt32(spilled.bytes.count), spilled.source, flags] {
            documents.append(littleEndian: value)
        }
        for id in ids {
            if width == 2 {
                tokens.append(littleEndian: UInt16(truncatingIfNeeded: id))
            } else {
                tokens.append(littleEndian: UInt32(truncatingIfNeeded: id))
            }
        }
        entry.tokens += ids.count
        entry.documents += 1
        entry.bytes += spilled.bytes.count
        if tokens.count >= Self.bufferLength { try drain() }
    }

    private mutating func drain() throws(TextDataError) {
        tokensHash.update(data: tokens)
        documentsHash.update(data: documents)
        try tokensFile.write(tokens)
        try documentsFile.write(documents)
        tokens.removeAll(keepingCapacity: true)
        documents.removeAll(keepingCapacity: true)
    }

    /// Ends the files.
    mutating func finish() throws(TextDataError) -> TokenStoreIndex.Shard {
        try drain()
        try tokensFile.flush()
        try documentsFile.flush()
        entry.tokensHash = TokenStoreIndex.text(tokensHash.finalize())
        entry.documentsHash = TokenStoreIndex.text(documentsHash.finalize())
        return entry
    }
}
