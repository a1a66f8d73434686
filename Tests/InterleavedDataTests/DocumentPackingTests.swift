import InterleavedData
import TensorEngine
import Testing

/// Documents in rows: whole, apart from each other, each source's loss by itself.
@Suite struct DocumentPackingTests {
    /// A document of so many pictures of 3 tokens with 4 words after each, of which the last 2 bear loss.
    private static func document(_ id: String, pictures: Int, source: Int = 0, prefix: Int = 0) -> TokenDocument {
        var document = TokenDocument(id: id, source: source, ids: [], weights: [], prefix: prefix)
        for picture in 0..<pictures {
            document.pictures.append(document.ids.count..<document.ids.count + 3)
            document.ids += [-1, -1, -1, 10 + picture, 20, 30, 40]
            document.weights += [0, 0, 0, 0, 0, 1, 1]
        }
        if pictures == 0 {
            document.ids = [2, 50, 51, 52]
            document.weights = [0, 1, 1, 1]
        }
        return document
    }

    @Test(arguments: [16, 64, 100])
    func `every document is in one row whole, and no row is over its budget`(budget: Int) {
        var generator = SeededGenerator(seed: UInt64(budget))
        let lengths = (0..<200).map { _ in 1 + generator.integer(below: budget) }
        let pictures = lengths.map { $0 % 5 }
        let rows = DocumentPacking.rows(lengths: lengths, pictures: pictures, budget: budget, mostPictures: 6)

        #expect(rows.joined().sorted() == Array(0..<200))
        #expect(rows.allSatisfy { row in row.reduce(0) { $0 + lengths[$1] } <= budget })
        #expect(rows.allSatisfy { row in row.count == 1 || row.reduce(0) { $0 + pictures[$1] } <= 6 })
        #expect(rows.allSatisfy { $0 == $0.sorted() })
        #expect(rows == DocumentPacking.rows(lengths: lengths, pictures: pictures, budget: budget, mostPictures: 6))
        let free = DocumentPacking.rows(
            lengths: lengths, pictures: pictures.map { _ in 0 }, budget: budget, mostPictures: 6)
        let least = (lengths.reduce(0, +) + budget - 1) / budget
        #expect(Double(free.count) <= 1.35 * Double(least) + 1)
    }

    @Test func `rows hold documents, their masks and their targets`() {
        let documents = [
            Self.document("a", pictures: 2), Self.document("b", pictures: 0, source: 1),
            Self.document("c", pictures: 1),
        ]
        let packed = PackedDocuments(documents, rows: [[0, 1], [2]], padding: 9)

        #expect(packed.length == 18)
        #expect(packed.ids[0] == documents[0].ids + documents[1].ids)
        #expect(packed.ids[1] == documents[2].ids + [Int](repeating: 9, count: 11))
        #expect(packed.pictures == [[0, 1], [2]])
        #expect(
            packed.documents == [[PackedDocument(tokens: 14), PackedDocument(tokens: 4)], [PackedDocument(tokens: 7)]])
        // Each target is predicted one place before it.
        #expect(packed.targets[0].map(\.position) == [4, 5, 11, 12, 14, 15, 16])
        #expect(packed.targets[0].map(\.label) == [30, 40, 30, 40, 50, 51, 52])
        #expect(packed.targets[1].map(\.position) == [18 + 4, 18 + 5])
        let second = packed.rows(1..<2)
        #expect(second.targets[0].map(\.position) == [4, 5] && second.pictures == [[2]])
    }

    @Test func `a token sees its own document up to itself and no other`() {
        let documents = [
            Self.document("a", pictures: 1), Self.document("b", pictures: 1, prefix: 5),
            Self.document("c", pictures: 0),
        ]
        let packed = PackedDocuments(documents, rows: [[0, 1, 2]])
        let mask = AttentionMask.documents(packed.documents, sequence: packed.length)
        func seen(_ token: Int) -> Range<Int> { Int(mask.first[token])..<Int(mask.end[token]) }

        for token in 0..<7 { #expect(seen(token) == 0..<token + 1) }
        for token in 7..<14 { #expect(seen(token) == 7..<max(token + 1, 12), "the prefix is read both ways") }
        for token in 14..<18 { #expect(seen(token) == 14..<token + 1) }
    }

    @Test func `the loss of each source is by itself, however many tokens it has`() {
        let documents = [
            Self.document("a", pictures: 2), Self.document("b", pictures: 0, source: 1),
            Self.document("c", pictures: 1, source: 0),
        ]
        let packed = PackedDocuments(documents, rows: [[0, 1], [2]]).balanced(by: [3, 1, 5])
        let targets = packed.targets.joined()
        let sums = (0..<3).map { source in targets.filter { $0.source == source }.reduce(0) { $0 + $1.weight } }

        #expect(abs(sums[0] - 0.75) < 1e-6 && abs(sums[1] - 0.25) < 1e-6 && sums[2] == 0)
        let weights = Set(targets.filter { $0.source == 0 }.map(\.weight))
        #expect(weights.count == 1)
    }

    @Test func `shares are counted`() {
        let documents = [Self.document("a", pictures: 2), Self.document("b", pictures: 0, source: 1)]
        var shares = DocumentShares(sources: 2)
        shares.add(documents, in: PackedDocuments(documents, rows: [[0], [1]]))

        let facts = Dictionary(uniqueKeysWithValues: shares.facts(["pictures", "texts"]).map { ($0.key, $0.value) })
        #expect(facts["rows"] == 2 && facts["positions"] == 18 && facts["loss_tokens"] == 7)
        #expect(facts["image_slots"] == 6 && facts["image_slot_share"] == 6.0 / 18 && facts["text_share"] == 12.0 / 18)
        #expect(facts["text_only_share"] == 4.0 / 18 && facts["text_only_loss_share"] == 3.0 / 7)
        #expect(facts["padding_share"] == 10.0 / 28)
        #expect(facts["pictures_positions"] == 14 && facts["texts_loss_tokens"] == 3 && facts["texts_documents"] == 1)
    }

    @Test func `a row is drawn with what each part sees`() {
        let documents = [Self.document("a", pictures: 1), Self.document("b", pictures: 0)]
        let packed = PackedDocuments(documents, rows: [[0, 1]])
        let view = PackedRowView(0, of: packed, documents) { $0.map { "\($0)" }.joined(separator: " ") }

        #expect(view.segments.map(\.bearsLoss) == [false, false, true, false, true])
        #expect(view.segments.map(\.picture) == [1, nil, nil, nil, nil])
        let drawn = view.text.split(separator: "\n").suffix(5).map { String($0.suffix(5)) }
        #expect(drawn == ["▒····", "█▒···", "██▒··", "···█·", "···█▒"])
        #expect(view.text.contains("«30 40»") && view.text.contains("document 2: b, columns 7 to 10, positions 0 to 3"))
    }
}
