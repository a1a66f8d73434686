import ImageFiles
import Imaging
import InterleavedData
import TensorEngine
import TestFixtures
import Testing

/// Which documents a step sees, and what is loaded for it.
@Suite struct DocumentSamplerTests {
    /// A word a token, four tokens a picture; answers bear loss.
    private struct Words: DocumentRendering {
        let textLimit = 30
        /// A row of pairs that nothing can be made of.
        var refused = ""

        func tokens(of document: InterleavedDocument, source: Int) -> RenderedDocument {
            var made = TokenDocument(id: document.id, source: source, ids: [], weights: [])
            for part in document.parts {
                if case .picture = part {
                    made.pictures.append(made.ids.count..<made.ids.count + 4)
                    made.ids += [-1, -1, -1, -1]
                    made.weights += [0, 0, 0, 0]
                } else if case .text(let words) = part {
                    let count = words.split(separator: " ").count
                    made.ids += 1...count
                    made.weights += [Float](repeating: 1, count: count)
                }
            }
            return RenderedDocument(made, pictures: document.pictures)
        }

        func tokens(of draw: PairDraw, source: Int) throws(DocumentProblem) -> TokenDocument {
            if draw.record.id == refused { throw .imageToken }
            return TokenDocument(
                id: draw.record.id, source: source, ids: [-1, -1, -1, -1, 5, 6], weights: [0, 0, 0, 0, 1, 1],
                pictures: [0..<4])
        }

        func tokens(of ids: [Int], isEnd: Bool, id: String, source: Int) -> TokenDocument {
            TokenDocument(
                id: id, source: source, ids: [0] + ids, weights: [0] + [Float](repeating: 1, count: ids.count))
        }
    }

    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func picture(_ number: Int) throws -> String {
        try scratch.write(try DrawnPictures.png(number), "\(number).png")
    }

    private func sampler(seed: UInt64 = 3, positions: Int = 2000, damaged: Bool = false, refused: String = "") throws
        -> DocumentSampler
    {
        let rows = try (0..<6).map { PairRecord(id: "p\($0)", picture: .file(path: try picture($0)), captions: ["x"]) }
        let pairs = PairSampler(
            mixture: try TrainingMixture([.init(name: "pairs", records: rows, weight: 1)]), seed: seed,
            batch: DocumentSampler.pairSlots)
        let documents = try (0..<9).map { number in
            let file = damaged && number == 0 ? scratch.file("missing.png") : try picture(number + 10)
            let words = [String](repeating: "word", count: 2 + 5 * number).joined(separator: " ")
            let shown = InterleavedDocument.Part.picture(.init(id: "d\(number).png", location: .file(path: file)))
            return InterleavedDocument(id: "d\(number)", parts: [shown, .text("one two"), shown, .text(words)])
        }
        let store = try TextWorkshop.store(TextWorkshop.documents(12, words: 20, seed: 5), in: scratch)
        return DocumentSampler(
            [
                .init(name: "pairs", content: .pairs(pairs), share: 0.15),
                .init(name: "documents", content: .documents(documents), share: 0.15),
                .init(name: "texts", content: .text(store.training), share: 0.7),
            ], seed: seed, positions: positions, renderer: Words(refused: refused))
    }

    @Test func `positions come in the shares that are asked for`() throws {
        let sampler = try sampler(positions: 300)
        var positions = [0, 0, 0]
        for step in 0..<200 {
            for draw in try sampler.draws(step: step) { positions[draw.source] += draw.document.ids.count }
        }
        let all = Double(positions.reduce(0, +))
        #expect(abs(all - 200 * 300) < 0.03 * 200 * 300)
        for (share, found) in zip([0.15, 0.15, 0.7], positions) { #expect(abs(Double(found) / all - share) < 0.015) }
    }

    @Test func `a step depends on seed and step alone`() throws {
        let sampler = try sampler()
        func outline(_ sampler: DocumentSampler, _ step: Int) throws -> [TokenDocument] {
            try sampler.draws(step: step).map(\.document)
        }
        let backwards = try (0..<4).reversed().map { try outline(sampler, $0) }.reversed()
        let forwards = try (0..<4).map { try outline(sampler, $0) }
        #expect(Array(backwards) == forwards && forwards[0] != forwards[1])
        #expect(try outline(try self.sampler(seed: 4), 0) != forwards[0])
    }

    @Test func `texts are pieces of at most so many tokens`() throws {
        let draws = try sampler().draws(step: 0).filter { $0.source == 2 }
        #expect(draws.count > 10 && draws.allSatisfy { $0.document.ids.count <= 31 && $0.pictures.isEmpty })
    }

    @Test(arguments: [0, 2])
    func `documents come with their pictures, the same on any thread`(threads: Int) throws {
        let sampler = try sampler()
        let loader = PairLoader(
            documents: sampler, processor: DrawnPictures.processor, steps: 3, options: .init(threads: threads))
        for step in 0..<3 {
            let loaded = try loader.examples(ofStep: step)
            #expect(loaded.documents == (try sampler.draws(step: step).map(\.document)))
            #expect(loaded.examples.count == loaded.documents.reduce(0) { $0 + $1.pictures.count })
            #expect(try loaded.pixels().tensor.shape == [loaded.examples.count, 3, 16, 16])
        }
    }

    @Test func `a document with a picture that cannot be read is told, and another takes its place`() throws {
        let loader = PairLoader(
            documents: try sampler(damaged: true), processor: DrawnPictures.processor, steps: 20,
            options: .init(threads: 0))
        var skipped: [SkippedRow] = []
        var replacements = 0
        for step in 0..<20 {
            let loaded = try loader.examples(ofStep: step)
            skipped += loaded.skipped
            replacements += loaded.replacements
            #expect(!loaded.documents.contains { $0.id == "d0" })
            #expect(loaded.documents.contains { $0.source == 1 })
        }
        #expect(skipped.map(\.recordID) == ["d0.png"] && replacements > 1)
    }

    @Test func `a row of pairs that nothing can be made of is told once, and another takes its place`() throws {
        let loader = PairLoader(
            documents: try sampler(refused: "p3"), processor: DrawnPictures.processor, steps: 20,
            options: .init(threads: 0))
        var skipped: [SkippedRow] = []
        for step in 0..<20 {
            let loaded = try loader.examples(ofStep: step)
            skipped += loaded.skipped
            #expect(!loaded.documents.contains { $0.id == "p3" } && loaded.documents.contains { $0.source == 0 })
        }
        #expect(skipped.map(\.recordID) == ["p3"])
        #expect(skipped.first?.problem == .text("\(DocumentProblem.imageToken)"))
    }
}
