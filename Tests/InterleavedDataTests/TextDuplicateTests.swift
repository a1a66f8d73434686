import InterleavedData
import TensorEngine
import TestFixtures
import Testing

@Suite struct TextDuplicateTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func statistics(
        _ documents: [String], near: NearDuplicates? = NearDuplicates(), removesDuplicates: Bool = true
    ) throws -> (CorpusStatistics, kept: [String]) {
        let file = try scratch.write(documents.joined(separator: "\n\n"), "text")
        var corpus = TextCorpus([TextSource(file, removesDuplicates: removesDuplicates)])
        corpus.heldOutShare = 0
        corpus.nearDuplicates = near
        let store = try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: scratch.file("store"))
        return (try #require(store.statistics.first), try TextWorkshop.texts(store.training))
    }

    @Test func `equal documents stay once, white space at their ends aside`() throws {
        let documents = TextWorkshop.documents(50, words: 3, seed: 1)

        let (found, kept) = try statistics(documents + ["  " + documents[7] + " "] + documents)

        #expect(found.duplicates == 51 && found.nearDuplicates == 0 && found.training == 50)
        #expect(kept.sorted() == documents.sorted())
    }

    @Test func `planted near duplicates are found, and no original is lost`() throws {
        let originals = TextWorkshop.documents(200, words: 200, seed: 2)
        var generator = SeededGenerator(seed: 3)
        // Two words of 201 changed: of 197 shingles of 5 words at most 10 differ on either side, J ≥ 187/207 = 0.90.
        let planted = originals.map { text in
            var words = text.split(separator: " ").map(String.init)
            for _ in 0..<2 { words[generator.integer(below: words.count)] = "changed" }
            return words.joined(separator: " ")
        }

        let (found, kept) = try statistics(originals + planted)

        #expect(found.nearDuplicates + found.duplicates == 200)
        #expect(kept.sorted() == originals.sorted())
    }

    @Test func `case and punctuation make no difference, other words do`() throws {
        let text = TextWorkshop.documents(1, words: 100, seed: 4)[0]
        let loud = text.uppercased().replacing(" ", with: ", ")
        // Every tenth word changed: half of the shingles are new, J ≈ 1/3.
        let other = text.split(separator: " ").enumerated().map { $0.offset % 10 == 0 ? "other" : String($0.element) }
            .joined(separator: " ")

        let (found, kept) = try statistics([text, loud, other])

        #expect(found.nearDuplicates == 1)
        #expect(kept.sorted() == [text, other].sorted())
    }

    @Test func `short documents are compared whole only`() throws {
        let (found, _) = try statistics(["a 10 cent euro coin", "a 20 cent euro coin", "a 10 cent euro coin"])

        #expect(found.duplicates == 1 && found.nearDuplicates == 0)
    }

    @Test func `they stay where asked for`() throws {
        let text = TextWorkshop.documents(1, words: 100, seed: 5)[0]
        let near = [text, text + " more"]

        #expect(try statistics(near).0.nearDuplicates == 1)
        #expect(try statistics(near, near: nil).0.nearDuplicates == 0)
        #expect(try statistics([text, text], removesDuplicates: false).0.training == 2)
    }

    @Test func `duplicates do not cross the split`() throws {
        let documents = TextWorkshop.documents(60, words: 80, seed: 6)
        let first = try scratch.write(documents.joined(separator: "\n\n"), "first")
        let second = try scratch.write(documents.map { $0 + " end" }.joined(separator: "\n\n"), "second")
        let corpus = TextCorpus([TextSource(first, placement: .training), TextSource(second, placement: .heldOut)])

        // The held-out source holds nothing new: nothing of it is held out.
        let store = try TokenStore.prepare(corpus, tokenizer: TextWorkshop.tokenizer(), at: scratch.file("store"))

        #expect(store.heldOut.documentCount == 0 && store.statistics[1].nearDuplicates == 60)
    }
}
