import Checkpoints

/// Files of text as one corpus: what is left out, what is held out, and in which order it is read.
///
///     let corpus = TextCorpus([TextSource("stories.txt"), TextSource("glosses.txt", .lines)])
///     let store = try TokenStore.prepare(corpus, tokenizer: PinnedTokenizer(folder: "tokenizer"), at: "cache/text")
///     store.training.tokenCount
package struct TextCorpus: Sendable, Equatable {
    /// What falls on one side of the split as a whole.
    package enum SplitUnit: String, Sendable, Equatable {
        /// Documents; pieces of at most 4 KiB where that would leave a side empty.
        case automatic
        /// Documents.
        case documents
        /// Pieces of at most 4 KiB: parts of one document may fall on both sides.
        case pieces
    }

    /// Bytes of a piece, at most.
    static let pieceBytes = 4096

    /// The files, in order. Of equal documents the first one stays.
    package var sources: [TextSource]
    /// A document longer than this is cut.
    package var maximumDocumentBytes = 1 << 20
    /// The share of documents that is held out; 0 holds out none but those of sources that say so.
    ///
    /// A document's own hash decides, so it falls on the same side whatever else is in the corpus; where one was cut, the
    /// hash of its first part.
    package var heldOutShare = 0.01
    /// What falls on one side of the split as a whole.
    package var splitUnit = SplitUnit.automatic
    /// How near duplicates are known; nil keeps all but exact ones.
    package var nearDuplicates: NearDuplicates? = NearDuplicates()
    /// The seed of the order.
    package var seed: UInt64 = 0
    /// Bytes of documents that are held in memory at a time.
    package var bucketBytes = 1 << 26

    /// A corpus of those files, all else as it stands above.
    package init(_ sources: [TextSource]) { self.sources = sources }

    func validate() throws(TextDataError) {
        guard (256...1 << 28).contains(maximumDocumentBytes) else {
            throw .badOption(name: "maximum document", reason: "\(maximumDocumentBytes) bytes are not in 256...2²⁸")
        }
        guard (0..<1).contains(heldOutShare) else {
            throw .badOption(name: "held-out share", reason: "\(heldOutShare) is not in 0..<1")
        }
        guard bucketBytes >= 1 << 12 else {
            throw .badOption(name: "bucket", reason: "\(bucketBytes) bytes are fewer than 4096")
        }
        guard !sources.isEmpty else { throw .noDocuments(files: []) }
        try nearDuplicates?.validate()
    }

    /// Hands every document to `body`, in order, with the place of its source; nothing is left out.
    package func forEachDocument(
        _ body: (TextDocument, Int) throws(TextDataError) -> Void
    ) throws(TextDataError) {
        try validate()
        for (index, source) in sources.enumerated() {
            var reader = try DocumentReader(source, limit: maximumDocumentBytes)
            while let document = try reader.next() { try body(document, index) }
        }
    }

    /// What a store of this corpus is known by: everything that its bytes hang on, the sources' contents among it.
    func fingerprint(tokenizer: PinnedTokenizer) throws(TextDataError) -> [String] {
        var lines = [
            "lorgnette tokens \(TokenStoreIndex.version)", "tokenizer \(tokenizer.hash)",
            "document \(maximumDocumentBytes) held out \(heldOutShare) \(splitUnit.rawValue)",
            "near \(nearDuplicates.map { "\($0)" } ?? "none")", "seed \(seed) bucket \(bucketBytes)",
        ]
        for source in sources {
            let hash: ContentHash
            do { hash = try ContentHash(ofFile: source.path) } catch {
                switch error {
                case .fileMissing(let file): throw .fileMissing(file: file)
                case .cannotRead(let file, let code): throw .cannotRead(file: file, code: code)
                default: throw .cannotRead(file: source.path, code: 0)
                }
            }
            lines.append("\(source.layout) \(source.placement.rawValue) \(source.removesDuplicates) \(hash)")
        }
        return lines
    }
}
