import Foundation
import Synchronization
import TensorEngine
import TextTokens

/// Makes a token store: reads the sources once, deals their documents out to files, then turns file after file into a
/// shard.
struct TokenStoreBuild {
    private let corpus: TextCorpus
    private let tokenizer: PinnedTokenizer
    private let place: String
    private let draft: String
    private let fingerprint: [String]
    private let lock: FileLock

    /// Waits until no other process makes the store at `place`.
    init(corpus: TextCorpus, tokenizer: PinnedTokenizer, place: String, fingerprint: [String]) throws(TextDataError) {
        self.corpus = corpus
        self.tokenizer = tokenizer
        self.place = place
        self.fingerprint = fingerprint
        let url = URL(filePath: place)
        let parent = url.deletingLastPathComponent()
        try Self.making(parent.path(percentEncoded: false))
        let hidden = parent.appending(path: "." + url.lastPathComponent).path(percentEncoded: false)
        draft = hidden + ".partial"
        lock = try FileLock(path: hidden + ".lock")
    }

    /// Makes the store and puts it in its place.
    func run(_ progress: (TokenStoreProgress) -> Void) throws(TextDataError) {
        try refuseForeignFolder()
        guard tokenizer.tokenizer.endOfSentence != nil else {
            throw .missingToken(token: "that ends a text (eos_token)", purpose: "between documents")
        }
        var index = TokenStoreIndex(
            fingerprint: fingerprint, vocabulary: tokenizer.tokenizer.identifierEnd,
            width: tokenizer.tokenizer.identifierEnd <= 1 << 16 ? 2 : 4,
            splitUnit: corpus.splitUnit == .pieces ? .pieces : .documents)
        discard()
        try Self.making(draft)
        var spill: DocumentSpill
        do {
            (spill, index.statistics) = try readSources(in: index.splitUnit, progress)
        } catch TextDataError.emptySplit where corpus.splitUnit == .automatic {
            index.splitUnit = .pieces
            discard()
            try Self.making(draft)
            (spill, index.statistics) = try readSources(in: .pieces, progress)
        }
        let total = index.statistics.reduce(0) { $0 + $1.bytes }
        var done = 0
        for split in TextSplit.allCases {
            for bucket in 0..<spill.bucketCount {
                let entries = try spill.take(split, bucket: bucket)
                guard !entries.isEmpty else { continue }
                guard !Task.isCancelled else { throw .cancelled }
                let name = "\(split.rawValue)-\(String(100_000 + bucket).dropFirst())"
                let shard = try writeShard(entries, name: name, width: index.width)
                if split == .training { index.training.append(shard) } else { index.heldOut.append(shard) }
                done += shard.bytes
                progress(TokenStoreProgress(stage: .tokenising, done: done, total: max(done, total)))
            }
        }
        let file = try OutputFile(path: draft + "/" + TokenStoreIndex.fileName)
        try file.write(Array(index.text.utf8))
        try file.flush()
        try putInPlace()
    }

    /// Removes what was written so far.
    func discard() { try? FileManager.default.removeItem(atPath: draft) }

    // MARK: - Reading

    private func readSources(
        in unit: TextCorpus.SplitUnit, _ progress: (TokenStoreProgress) -> Void
    ) throws(TextDataError) -> (DocumentSpill, [CorpusStatistics]) {
        let limit =
            unit == .pieces ? min(TextCorpus.pieceBytes, corpus.maximumDocumentBytes) : corpus.maximumDocumentBytes
        var total = 0
        for source in corpus.sources { total += try MappedFile.opened(source.path).byteCount }
        var spill = DocumentSpill(folder: draft, seed: corpus.seed, bytes: total, bucketBytes: corpus.bucketBytes)
        var filter = DuplicateFilter(corpus.nearDuplicates)
        var statistics: [CorpusStatistics] = []
        var (before, told) = (0, 0)
        for (index, source) in corpus.sources.enumerated() {
            var reader = try DocumentReader(source, limit: limit)
            var counts = CorpusStatistics()
            var side = TextSplit.training
            while let document = try reader.next() {
                guard !Task.isCancelled else { throw .cancelled }
                let hash = DocumentHash(of: document.bytes)
                if !document.continuesEarlier || unit == .pieces { side = self.side(of: hash, source) }
                counts.documents += 1
                counts.bytes += document.bytes.count
                let verdict = source.removesDuplicates ? filter.verdict(of: document, hash: hash) : .new
                switch verdict {
                case .duplicate: counts.duplicates += 1
                case .nearDuplicate: counts.nearDuplicates += 1
                case .new:
                    try spill.add(document, source: index, split: side)
                    if side == .training { counts.training += 1 } else { counts.heldOut += 1 }
                }
                if before + reader.bytesRead - told > 1 << 20 {
                    told = before + reader.bytesRead
                    progress(TokenStoreProgress(stage: .reading, done: told, total: total))
                }
            }
            before += reader.bytesRead
            statistics.append(counts)
        }
        try spill.finish()
        try requireBothSides(statistics.reduce(CorpusStatistics(), +))
        return (spill, statistics)
    }

    private func side(of hash: DocumentHash, _ source: TextSource) -> TextSplit {
        switch source.placement {
        case .training: .training
        case .heldOut: .heldOut
        case .byHash: hash.unit < corpus.heldOutShare ? .heldOut : .training
        }
    }

    private func requireBothSides(_ counts: CorpusStatistics) throws(TextDataError) {
        let kept = counts.training + counts.heldOut
        guard kept > 0 else { throw .noDocuments(files: corpus.sources.map(\.path)) }
        guard corpus.heldOutShare > 0, corpus.sources.contains(where: { $0.placement == .byHash }) else { return }
        guard counts.heldOut > 0 else { throw .emptySplit(split: TextSplit.heldOut.rawValue, documents: kept) }
        guard counts.training > 0 else { throw .emptySplit(split: TextSplit.training.rawValue, documents: kept) }
    }

    // MARK: - Writing

    private func writeShard(
        _ entries: [DocumentSpill.Entry], name: String, width: Int
    ) throws(TextDataError) -> TokenStoreIndex.Shard {
        let tokenised = Mutex<[(ids: [Int32], prefix: Int)]>(Array(repeating: ([], 0), count: entries.count))
        WorkerPool.forEach(entries.count) { index in
            let made = tokens(of: entries[index])
            tokenised.withLock { $0[index] = made }
        }
        var writer = try TokenShardWriter(folder: draft, name: name, width: width)
        for (entry, made) in zip(entries, tokenised.withLock { $0 }) {
            try writer.add(made.ids, prefixTokens: made.prefix, of: entry)
        }
        return try writer.finish()
    }

    /// The ids of a document, with the end of text where it ends, and how many of them are its prompt.
    private func tokens(of entry: DocumentSpill.Entry) -> (ids: [Int32], prefix: Int) {
        let border = entry.bytes.startIndex + entry.prefixBytes
        var ids = entry.prefixBytes > 0 ? tokenizer.ids(of: entry.bytes[..<border]) : []
        let prefix = ids.count
        ids += tokenizer.ids(of: entry.bytes[border...])
        if !entry.isContinued, let end = tokenizer.tokenizer.endOfSentence {
            ids.append(Int32(truncatingIfNeeded: end))
        }
        return (ids, prefix)
    }

    // MARK: - Places

    /// A folder that is no token store is not written over.
    private func refuseForeignFolder() throws(TextDataError) {
        let files = FileManager.default
        guard files.fileExists(atPath: place) else { return }
        if let names = try? files.contentsOfDirectory(atPath: place), names.isEmpty { return }
        let index = place + "/" + TokenStoreIndex.fileName
        guard let text = try? String(contentsOfFile: index, encoding: .utf8), text.contains("\"lorgnette tokens\"")
        else { throw .notAStore(folder: place) }
    }

    private func putInPlace() throws(TextDataError) {
        let files = FileManager.default
        if files.fileExists(atPath: place) {
            do { try files.removeItem(atPath: place) } catch { throw .cannotWrite(file: place, code: EACCES) }
        }
        guard unsafe rename(draft, place) == 0 else { throw .cannotWrite(file: place, code: errno) }
    }

    private static func making(_ folder: String) throws(TextDataError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch { throw .cannotWrite(file: folder, code: (error as NSError).posixCode) }
    }
}

extension NSError {
    /// The system's error number beneath, where there is one.
    fileprivate var posixCode: Int32 {
        if domain == NSPOSIXErrorDomain { return Int32(truncatingIfNeeded: code) }
        let below = userInfo[NSUnderlyingErrorKey] as? NSError
        return below.map { $0.domain == NSPOSIXErrorDomain ? Int32(truncatingIfNeeded: $0.code) : EIO } ?? EIO
    }
}
