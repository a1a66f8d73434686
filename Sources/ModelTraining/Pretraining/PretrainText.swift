import Checkpoints
import Foundation
import InterleavedData
import TextTokens

/// The texts of a recipe as tokens on disk, with the tokenizer that made them; made once in the run's folder.
package struct PretrainText: Sendable {
    /// Text to ids.
    package let tokenizer: TextTokenizer
    /// The folder of the tokenizer's files.
    package let tokenizerFolder: String
    /// One an entry of the recipe.
    package let stores: [TokenStore]
    /// The recipe's entries.
    package let entries: [PretrainRecipe.TextEntry]

    /// What is known of texts before they are read: their bytes.
    static func bytes(of recipe: PretrainRecipe) throws(TrainingError) -> Int {
        guard !recipe.text.isEmpty, recipe.text.allSatisfy({ !$0.files.isEmpty }) else {
            throw .recipe(file: "recipe", key: "text", problem: "names no file")
        }
        var bytes = 0
        for file in recipe.text.flatMap(\.files) {
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
                throw .text(.fileMissing(file: file))
            }
            guard !isFolder.boolValue, let size = try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int
            else { throw .text(.cannotRead(file: file, code: isFolder.boolValue ? EISDIR : EACCES)) }
            bytes += size
        }
        return bytes
    }

    /// Trains the tokenizer and tokenises the texts of a resolved recipe, each where that was not done before.
    ///
    /// - Parameters:
    ///   - files: the run's folder.
    ///   - keys: of the stores that the run began with: these are taken as they are, whatever became of the texts.
    package init(
        _ recipe: PretrainRecipe, files: RunFolder, keys: [String] = [], _ note: (String) -> Void
    ) throws(TrainingError) {
        entries = recipe.text
        tokenizerFolder = recipe.tokenizer.path.isEmpty ? files.tokenizer : recipe.tokenizer.path
        if recipe.tokenizer.path.isEmpty, !FileManager.default.fileExists(atPath: tokenizerFolder) {
            try Self.trainTokenizer(recipe, files, note)
        }
        do throws(TextDataError) {
            let pinned = try PinnedTokenizer(folder: tokenizerFolder)
            tokenizer = pinned.tokenizer
            var stores: [TokenStore] = []
            for (index, entry) in recipe.text.enumerated() {
                let folder = files.text + "/\(index)"
                if index < keys.count, let store = try? TokenStore(folder: folder), store.key == keys[index] {
                    stores.append(store)
                } else {
                    note("reading \(entry.files.map { ($0 as NSString).lastPathComponent }.joined(separator: ", "))")
                    stores.append(try Self.store(entry, recipe, pinned, at: folder))
                }
            }
            self.stores = stores
        } catch { throw .text(error) }
        guard keys.isEmpty || keys == stores.map(\.key) else { throw .textChanged(run: files.path) }
    }

    /// The words of every entry make the vocabulary.
    private static func trainTokenizer(_ recipe: PretrainRecipe, _ files: RunFolder, _ note: (String) -> Void)
        throws(TrainingError)
    {
        note("training a tokenizer of \(recipe.tokenizer.vocabulary) tokens")
        let words = recipe.text.filter { $0.layout == .pairs && $0.side != .heldOut }
        var training = TokenizerTraining(files: [], vocabulary: recipe.tokenizer.vocabulary)
        var seen: Set<String> = []
        for entry in recipe.text where entry.layout != .pairs && entry.side != .heldOut {
            for source in entry.files.filter({ seen.insert($0).inserted }).map(entry.source) {
                if case .jsonLines = source.layout {
                    training.sources.append(source)
                } else {
                    training.files.append(source.path)
                }
            }
        }
        training.pairs = distinct(words.flatMap(\.files))
        training.split = words.first.flatMap { $0.split == "all" ? nil : $0.split }
        training.sentinels = recipe.tokenizer.sentinels
        training.minimumFrequency = recipe.tokenizer.minimumFrequency
        let trained: TokenizerTraining.Trained
        do { trained = try training.run() } catch { throw .text(error) }
        do {
            try files.replaceFolder(files.tokenizer) { folder throws(CheckpointError) in
                for (name, bytes) in trained.files { try AtomicFile.write(bytes, to: folder + "/" + name) }
            }
        } catch { throw .cannotWrite(file: files.tokenizer, reason: "\(error)", lastCheckpoint: nil) }
    }

    private static func distinct(_ files: [String]) -> [String] {
        var seen: Set<String> = []
        return files.filter { seen.insert($0).inserted }
    }

    // MARK: - Corpora

    /// The store of an entry. Where too little text is there for both sides of the split, it is divided finer.
    private static func store(
        _ entry: PretrainRecipe.TextEntry, _ recipe: PretrainRecipe, _ tokenizer: PinnedTokenizer, at folder: String
    ) throws(TextDataError) -> TokenStore {
        var corpus = TextCorpus(entry.files.map { entry.source($0) })
        corpus.seed = UInt64(bitPattern: Int64(recipe.seed))
        let bytes = entry.files.reduce(0) {
            $0 + ((try? FileManager.default.attributesOfItem(atPath: $1)[.size] as? Int) ?? 0)
        }
        corpus.heldOutShare =
            recipe.heldOutShare > 0 ? recipe.heldOutShare : min(0.1, max(0.01, 65_536 / Double(max(1, bytes))))
        while true {
            do { return try TokenStore.prepare(corpus, tokenizer: tokenizer, at: folder) } catch {
                guard case .emptySplit = error else { throw error }
                if corpus.splitUnit != .pieces || corpus.maximumDocumentBytes > 256 {
                    corpus.splitUnit = .pieces
                    corpus.maximumDocumentBytes = max(256, min(4096, corpus.maximumDocumentBytes / 4))
                } else if corpus.heldOutShare < 0.4 {
                    corpus.heldOutShare *= 2
                } else {
                    throw error
                }
            }
        }
    }
}

extension PretrainRecipe.TextEntry {
    /// A file of this entry as a source of documents.
    func source(_ path: String) -> TextSource {
        var source = TextSource(path, .whole)
        switch layout {
        case .automatic: source.layout = path.hasSuffix(".jsonl") ? .jsonLines(field: field) : .whole
        case .blankLines: source.layout = .blankLines
        case .lines: source.layout = .lines
        case .whole: source.layout = .whole
        case .jsonl: source.layout = .jsonLines(field: field)
        case .pairs:
            var template = PairTemplate()
            template.contextShare = contextShare
            template.ownShare = contextOwn
            template.passages = contextPassages
            source.layout = .pairs(template, split: split == "all" ? nil : split)
        }
        switch side {
        case .hash: source.placement = .byHash
        case .training: source.placement = .training
        case .heldOut: source.placement = .heldOut
        }
        source.removesDuplicates = removesDuplicates
        return source
    }
}
