import Foundation
import InterleavedData
import TensorEngine
import TestFixtures
import Testing
import TextTokens

@Suite struct TextStoreTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// The bytes of every file of a folder, by name.
    private func files(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
        return files
    }

    private func corpus(_ documents: [String], name: String = "text") throws -> TextCorpus {
        TextCorpus([TextSource(try scratch.write(documents.joined(separator: "\n\n"), name))])
    }

    private func prepare(_ corpus: TextCorpus, _ name: String) throws -> TokenStore {
        try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: scratch.file(name))
    }

    @Test func `every document is there once, whole, and ends with the end of text`() throws {
        let documents = TextWorkshop.documents(300, words: 20, seed: 1)

        let store = try TextWorkshop.store(documents, in: scratch, heldOutShare: 0.1)

        let texts = try TextSplit.allCases.flatMap { try TextWorkshop.texts(store.stream($0)) }
        #expect(texts.sorted() == documents.sorted() && texts != documents)
        #expect(store.training.documentCount + store.heldOut.documentCount == 300)
        #expect((10...60).contains(store.heldOut.documentCount))
        #expect(store.training.byteCount + store.heldOut.byteCount == documents.reduce(0) { $0 + $1.utf8.count })
        let end = try #require(try TextWorkshop.tokenizer().tokenizer.endOfSentence)
        for index in 0..<store.training.documentCount {
            let document = try store.training.document(index)
            #expect(try store.training.ids(in: document.range).last == end)
            #expect(store.training.documentIndex(at: document.range.lowerBound) == index)
            #expect(store.training.documentIndex(at: document.range.upperBound - 1) == index)
        }
        try store.verify()
    }

    @Test func `the same seed gives the same bytes, another one another order`() throws {
        let documents = TextWorkshop.documents(200, words: 20, seed: 2)

        let stores = try [(7, "a"), (7, "b"), (8, "c")].map { seed, name in
            try TextWorkshop.store(documents, in: scratch, seed: seed, name: name)
        }

        #expect(try files(stores[0].folder) == files(stores[1].folder))
        let texts = try stores.map { try TextWorkshop.texts($0.training) }
        #expect(texts[0] != texts[2] && texts[0].sorted() == texts[2].sorted())
    }

    @Test func `the order does not hang on how much is held in memory`() throws {
        var corpus = try corpus(TextWorkshop.documents(500, words: 30, seed: 3))
        corpus.heldOutShare = 0
        let whole = try prepare(corpus, "whole")
        corpus.bucketBytes = 1 << 13

        let parts = try prepare(corpus, "parts")

        let names = try FileManager.default.contentsOfDirectory(atPath: parts.folder)
        #expect(names.count { $0.hasSuffix(".tokens") } > 5)
        #expect(try TextWorkshop.texts(whole.training) == TextWorkshop.texts(parts.training))
        #expect(
            try whole.training.ids(in: 0..<whole.training.tokenCount)
                == parts.training.ids(in: 0..<parts.training.tokenCount))
        for index in stride(from: 0, to: 500, by: 7) {
            #expect(try whole.training.document(index) == parts.training.document(index))
        }
    }

    @Test func `shuffling takes every place to every other`() throws {
        let documents = (0..<4000).map { "document \($0)" }
        let store = try TextWorkshop.store(documents, in: scratch)

        let order = try TextWorkshop.texts(store.training).map { Int($0.filter(\.isNumber)) ?? -1 }

        // The correlation of place and number is 0 ± 1/√4000 for a random order.
        let mean = 1999.5
        let covariance = order.enumerated().reduce(0.0) {
            $0 + (Double($1.offset) - mean) * (Double($1.element) - mean)
        }
        let variance = (0..<4000).reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        #expect(abs(covariance / variance) < 0.06)
        #expect(zip(order, order.dropFirst()).count { $1 == $0 + 1 } < 10)
    }

    @Test func `a document stays on its side of the split whatever else there is`() throws {
        let documents = TextWorkshop.documents(400, words: 15, seed: 4)
        let few = try TextWorkshop.store(Array(documents[..<200]), in: scratch, heldOutShare: 0.2, name: "few")

        let many = try TextWorkshop.store(
            Array(documents.reversed()), in: scratch, heldOutShare: 0.2, seed: 9, name: "many")

        let held = Set(try TextWorkshop.texts(many.heldOut))
        #expect(Set(try TextWorkshop.texts(few.heldOut)) == held.intersection(documents[..<200]))
        #expect((50...110).contains(held.count))
        #expect(held.isDisjoint(with: try TextWorkshop.texts(many.training)))
    }

    @Test func `sources may be held out or trained on as a whole`() throws {
        let first = try scratch.write("a one\n\na two", "first")
        let second = try scratch.write("b one\n\nb two", "second")
        let corpus = TextCorpus([TextSource(first, placement: .training), TextSource(second, placement: .heldOut)])

        let store = try prepare(corpus, "store")

        #expect(try TextWorkshop.texts(store.training).sorted() == ["a one", "a two"])
        #expect(try TextWorkshop.texts(store.heldOut).sorted() == ["b one", "b two"])
        #expect(try store.heldOut.document(0).source == 1)
    }

    @Test func `one long text is held out by pieces, where documents are asked for it is an error`() throws {
        let text = TextWorkshop.documents(1, words: 20_000, seed: 5)
        var corpus = try corpus(text)
        corpus.heldOutShare = 0.1

        let store = try prepare(corpus, "automatic")

        #expect(store.splitUnit == .pieces)
        #expect(store.heldOut.byteCount > 0 && store.training.byteCount > 3 * store.heldOut.byteCount)
        #expect(store.training.byteCount + store.heldOut.byteCount == text[0].utf8.count)
        corpus.splitUnit = .documents
        #expect(throws: TextDataError.emptySplit(split: "held-out", documents: 1)) {
            try prepare(corpus, "documents")
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).allSatisfy { !$0.contains("partial") })
    }

    @Test func `prompts keep their border`() throws {
        let rows = (0..<20).map { #"{"caption": "a thing \#($0)", "qa": [["Which one is it?", "it is \#($0)"]]}"# }
        let file = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")
        var corpus = TextCorpus([TextSource(file, .pairs(PairTemplate(), split: nil))])
        corpus.heldOutShare = 0
        let store = try prepare(corpus, "store")
        let tokenizer = try TextWorkshop.tokenizer().tokenizer

        for index in 0..<store.training.documentCount {
            let document = try store.training.document(index)
            let ids = try store.training.ids(in: document.range)
            let prompt = tokenizer.decode(Array(ids.prefix(document.prefixTokens)))
            #expect(prompt == "a picture of" || prompt == "Question: Which one is it? Answer:")
            // Divided there or not, the words are the same tokens.
            let text = tokenizer.decode(Array(ids.dropLast()))
            #expect(tokenizer.encode(text, addingSpecialTokens: false) == Array(ids.dropLast()))
        }
        #expect(store.training.documentCount == 40)
    }

    @Test func `a changed source, setting or tokenizer makes the store anew, nothing else does`() throws {
        var corpus = try corpus(TextWorkshop.documents(30, words: 10, seed: 6))
        corpus.heldOutShare = 0
        let first = try prepare(corpus, "store")
        let marked = URL(filePath: first.folder + "/index.json")
        let made = try marked.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
        Thread.sleep(forTimeInterval: 0.02)

        let again = try prepare(corpus, "store/")

        #expect(again.key == first.key)
        #expect(
            try URL(filePath: again.folder + "/index.json").resourceValues(forKeys: [.contentModificationDateKey])
                .contentModificationDate == made)
        corpus.seed = 1
        let other = try prepare(corpus, "store")
        #expect(other.key != first.key)
        try scratch.write("entirely new\n\ntext", "text")
        let changed = try prepare(corpus, "store")
        #expect(changed.key != other.key && changed.training.documentCount == 2)
        let folder = try ScratchFolder()
        for (name, bytes) in try TokenizerTraining(files: [corpus.sources[0].path], vocabulary: 420).run().files {
            try folder.write(bytes, name)
        }
        let retokenised = try TokenStore.prepare(
            corpus, tokenizer: PinnedTokenizer(folder: folder.path), at: scratch.file("store"))
        #expect(retokenised.key != changed.key)
    }

    @Test func `what a killed process left behind is removed, and the store is what it would have been`() throws {
        var corpus = try corpus(TextWorkshop.documents(60, words: 10, seed: 7))
        corpus.heldOutShare = 0.2
        let clean = try prepare(corpus, "clean")
        try scratch.write([1, 2, 3], ".store.partial/training-00000.tokens")
        try scratch.write("rubbish", ".store.partial/training-0.spill")
        try scratch.write("rubbish", ".store.partial/index.json")

        let store = try prepare(corpus, "store")

        #expect(try files(store.folder) == files(clean.folder))
        #expect(!FileManager.default.fileExists(atPath: scratch.file(".store.partial")))
    }

    @Test func `a cancelled making leaves nothing`() async throws {
        let corpus = try corpus(TextWorkshop.documents(60, words: 10, seed: 8))
        let path = scratch.file("store")
        let tokenizer = try TextWorkshop.tokenizer()

        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try TokenStore.prepare(corpus, tokenizer: tokenizer, at: path)
        }

        await #expect(throws: TextDataError.cancelled) { try await task.value }
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!FileManager.default.fileExists(atPath: scratch.file(".store.partial")))
    }

    @Test func `a folder that is no store is left alone`() throws {
        let corpus = try corpus(["a", "b"])
        try scratch.write("mine", "mine/notes.txt")

        #expect(throws: TextDataError.notAStore(folder: scratch.file("mine"))) { try prepare(corpus, "mine") }
        #expect(try scratch.text("mine/notes.txt") == "mine")
    }

    @Test func `where nothing can be written it is said`() throws {
        let corpus = try corpus(["a", "b"])

        #expect {
            try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: "/dev/null/store")
        } throws: {
            guard case .cannotWrite = $0 as? TextDataError else { return false }
            return true
        }
    }

    @Test func `damaged stores are told apart from good ones, and made again`() throws {
        var corpus = try corpus(TextWorkshop.documents(40, words: 10, seed: 9))
        corpus.heldOutShare = 0
        let folder = try prepare(corpus, "store").folder
        let tokens = "store/training-00000.tokens"
        let (whole, index) = (try scratch.bytes(tokens), try scratch.text("store/index.json"))

        try scratch.write(Array(whole.dropLast()), tokens)
        #expect(throws: TextDataError.self) { try TokenStore(folder: folder) }
        #expect(try prepare(corpus, "store").training.documentCount == 40)
        #expect(try scratch.bytes(tokens) == whole)

        var flipped = whole
        flipped[5] ^= 1
        try scratch.write(flipped, tokens)
        #expect(throws: TextDataError.self) { try TokenStore(folder: folder).verify() }
        flipped[1] = 0xFF
        try scratch.write(flipped, tokens)
        #expect {
            let store = try TokenStore(folder: folder)
            _ = try store.training.ids(in: 0..<4)
        } throws: {
            guard case .tokenOutOfRange(_, 0, _, 700) = $0 as? TextDataError else { return false }
            return true
        }
        try scratch.write(whole, tokens)

        let records = "store/training-00000.documents"
        let good = try scratch.bytes(records)
        var wild = good
        for offset in 24..<32 { wild[offset] = 0x7F }
        try scratch.write(wild, records)
        #expect(throws: TextDataError.self) { try TokenStore(folder: folder).training.document(1) }
        #expect(throws: TextDataError.self) { try TokenStore(folder: folder).training.document(0) }
        try scratch.write(good, records)

        for (text, other) in [
            ("\"version\": 1", "\"version\": 99"), ("lorgnette tokens\"", "other\""), ("\"vocabulary\": 7", "\"x\": 7"),
            ("\"name\": \"", "\"name\": \"../"), ("\"seed 0", "\"seed 1"), ("{", "["),
        ] {
            try scratch.write(index, "store/index.json")
            try scratch.replace(text, with: other, in: "store/index.json")
            #expect(throws: TextDataError.self, "\(text)") { try TokenStore(folder: folder) }
        }
        try scratch.write(index, "store/index.json")
        try TokenStore(folder: folder).verify()
    }

    @Test func `a tokenizer without an end of text is refused`() throws {
        let folder = try ScratchFolder()
        let files = try TokenizerTraining(files: [Repository.path("fixtures/text/corpus.txt")], vocabulary: 420).run()
            .files
        try folder.write(files[0].bytes, files[0].name)
        let pinned = try PinnedTokenizer(folder: folder.path)
        let store = try TextWorkshop.store(
            TextWorkshop.documents(300, words: 20, seed: 1), in: scratch, heldOutShare: 0.1)

        for body in [
            { try TokenStore.prepare(try corpus(["a", "b"]), tokenizer: pinned, at: scratch.file("none")).key },
            {
                "\(try TextSampler(parts: [TextSampler.Part(store.training, .causal)], tokenizer: pinned.tokenizer, rows: 1, length: 32, seed: 0).rows)"
            },
        ] as [() throws -> String] {
            #expect {
                _ = try body()
            } throws: {
                guard case .missingToken = $0 as? TextDataError else { return false }
                return true
            }
        }
    }

    @Test func `a sampler refuses a tokenizer of fewer ids than the stream's`() throws {
        let folder = try ScratchFolder()
        for (name, bytes) in try TokenizerTraining(
            files: [Repository.path("fixtures/text/corpus.txt")], vocabulary: 420
        )
        .run().files {
            try folder.write(bytes, name)
        }
        let small = try PinnedTokenizer(folder: folder.path).tokenizer
        let store = try TextWorkshop.store(
            TextWorkshop.documents(300, words: 20, seed: 1), in: scratch, heldOutShare: 0.1)

        #expect(throws: TextDataError.self) {
            try TextSampler(
                parts: [TextSampler.Part(store.training, .causal)], tokenizer: small, rows: 1, length: 32, seed: 0)
        }
    }

    @Test func `corpora that cannot be are refused`() throws {
        let source = TextSource(try scratch.write("\n\n", "blank"))
        #expect(throws: TextDataError.noDocuments(files: [source.path])) { try prepare(TextCorpus([source]), "a") }
        #expect(throws: TextDataError.noDocuments(files: [])) { try prepare(TextCorpus([]), "a") }
        for change in [
            { $0.heldOutShare = 1 }, { $0.maximumDocumentBytes = 3 }, { $0.bucketBytes = 0 },
            { $0.nearDuplicates?.threshold = 0 }, { $0.nearDuplicates?.rows = 0 },
        ] as [(inout TextCorpus) -> Void] {
            var corpus = TextCorpus([source])
            change(&corpus)
            #expect {
                try prepare(corpus, "a")
            } throws: {
                guard case .badOption = $0 as? TextDataError else { return false }
                return true
            }
        }
        let missing = scratch.file("nowhere")
        #expect(throws: TextDataError.fileMissing(file: missing)) {
            try prepare(TextCorpus([TextSource(missing)]), "a")
        }
        #expect(throws: TextDataError.self) { try PinnedTokenizer(folder: scratch.file("nowhere")) }
    }
}
