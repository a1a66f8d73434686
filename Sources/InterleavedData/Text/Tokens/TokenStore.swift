import Foundation

/// A corpus as tokens on disk.
///
/// A folder of shards with an `index.json` that says what they were made of; `prepare` makes it again where that has
/// changed. It appears at its place only when it is complete.
package struct TokenStore: Sendable {
    /// Where it is.
    package let folder: String
    /// What is trained on.
    package let training: TokenStream
    /// What is held out.
    package let heldOut: TokenStream
    /// What became of the documents, one a source.
    package let statistics: [CorpusStatistics]
    /// The SHA-256 of what it was made of.
    package let key: String
    /// What fell on one side of the split as a whole: `documents` or `pieces`.
    package let splitUnit: TextCorpus.SplitUnit

    /// The store in `folder`, as it is.
    /// - Throws: `TextDataError.damagedStore` where its files are not what the index says (lengths; `verify` reads all).
    package init(folder: String) throws(TextDataError) {
        let index = try TokenStoreIndex(folder: folder)
        func stream(_ entries: [TokenStoreIndex.Shard]) throws(TextDataError) -> TokenStream {
            var shards: [TokenShard] = []
            for entry in entries { shards.append(try TokenShard(folder: folder, entry: entry, width: index.width)) }
            return TokenStream(shards: shards, vocabulary: index.vocabulary)
        }
        self.folder = folder
        training = try stream(index.training)
        heldOut = try stream(index.heldOut)
        statistics = index.statistics
        key = index.key
        splitUnit = index.splitUnit
    }

    /// The stream of a split.
    package func stream(_ split: TextSplit) -> TokenStream { split == .training ? training : heldOut }

    /// Checks every byte against the hashes in the index.
    package func verify() throws(TextDataError) {
        try training.verify()
        try heldOut.verify()
    }
}

/// How far the making of a token store is.
package struct TokenStoreProgress: Sendable, Equatable {
    /// What is being done.
    package enum Stage: String, Sendable { case reading, tokenising }
    /// What is being done.
    package let stage: Stage
    /// Bytes done of `total`.
    package let done: Int
    /// Bytes in all.
    package let total: Int
}

extension TokenStore {
    /// The store of the corpus in `folder`: the one that lies there where it was made of the same sources with the same
    /// settings, else a new one in its place.
    ///
    /// Only one process makes a store at a time; others wait and take it over. What a killed one left is removed.
    /// - Parameter progress: told now and then how far it is.
    package static func prepare(
        _ corpus: TextCorpus, tokenizer: PinnedTokenizer, at folder: String,
        progress: (TokenStoreProgress) -> Void = { _ in }
    ) throws(TextDataError) -> TokenStore {
        try corpus.validate()
        var place = folder
        while place.count > 1, place.hasSuffix("/") { place.removeLast() }
        let fingerprint = try corpus.fingerprint(tokenizer: tokenizer)
        if let store = ready(place, fingerprint) { return store }
        let build = try TokenStoreBuild(corpus: corpus, tokenizer: tokenizer, place: place, fingerprint: fingerprint)
        // Another process may have made it while this one waited for the lock.
        if let store = ready(place, fingerprint) { return store }
        do {
            try build.run(progress)
        } catch {
            build.discard()
            throw error
        }
        return try TokenStore(folder: place)
    }

    private static func ready(_ folder: String, _ fingerprint: [String]) -> TokenStore? {
        guard let index = try? TokenStoreIndex(folder: folder), index.fingerprint == fingerprint else { return nil }
        return try? TokenStore(folder: folder)
    }
}
