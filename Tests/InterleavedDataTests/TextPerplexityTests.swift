import Foundation
import InterleavedData
import TensorEngine
import TestFixtures
import Testing
import TextTokens

@Suite struct TextPerplexityTests {
    private let tokenizer: TextTokenizer
    private let texts = TextWorkshop.documents(5, words: 120, seed: 1).map { Array($0.utf8) } + [Array("a b".utf8)]

    init() throws { tokenizer = try TextWorkshop.tokenizer().tokenizer }

    /// Each label of all windows with how many tokens its prediction sees, in order.
    private func labels(_ text: PerplexityText) -> [(id: Int, context: Int)] {
        let batch = text.batch(0..<text.windowCount)
        return batch.labels.indices.filter { batch.labels[$0] >= 0 }.map { cell in
            #expect(batch.mask.first[cell] == 0 && batch.mask.end[cell] == Int32(batch.positions[cell] + 1))
            #expect(batch.weights[cell] == 1)
            return (batch.labels[cell], Int(batch.mask.end[cell]))
        }
    }

    private var tokens: [Int] { texts.flatMap { tokenizer.encodeOrdinary($0).map { Int($0) } } }

    @Test(arguments: [(16, 16), (16, 4), (64, 48), (1000, 1000), (2, 1)])
    func `every token is a label once, in its order`(length: Int, stride: Int) throws {
        let text = try PerplexityText(texts: texts, tokenizer: tokenizer, length: length, stride: stride)

        let labels = labels(text)

        #expect(labels.map(\.id) == tokens)
        #expect(text.tokens == labels.count && text.bytes == texts.reduce(0) { $0 + $1.count })
        #expect(text.documents == 6)
    }

    @Test func `sliding windows leave no token with little context but those at the front`() throws {
        let text = try PerplexityText(
            texts: [texts[0]], tokenizer: tokenizer, length: 32, stride: 8)

        let contexts = labels(text).map(\.context)

        #expect(Array(contexts[..<32]) == Array(1...32))
        #expect(contexts[32...].allSatisfy { $0 >= 25 })
        let disjoint = try PerplexityText(texts: [texts[0]], tokenizer: tokenizer, length: 32)
        #expect(disjoint.stride == 32)
        #expect(labels(disjoint).map(\.context) == contexts.indices.map { $0 % 32 + 1 })
    }

    @Test func `mode tokens can stand before every window`() throws {
        let text = try PerplexityText(
            texts: texts, tokenizer: tokenizer, length: 32, leading: ["<s>", "[S2S]"], leadsEveryWindow: true)

        #expect(labels(text).map(\.id) == tokens)
        let batch = text.batch(0..<text.windowCount)
        let lead = ["<s>", "[S2S]"].compactMap { tokenizer.id(of: $0) }
        for row in 0..<batch.rows { #expect(Array(batch.ids[row * 32..<row * 32 + 2]) == lead) }
    }

    @Test func `without leading tokens the first token is not scored, nor its bytes`() throws {
        let text = try PerplexityText(texts: [texts[0]], tokenizer: tokenizer, length: 32, leading: [])
        let ids = tokenizer.encodeOrdinary(texts[0]).map { Int($0) }

        #expect(labels(text).map(\.id) == Array(ids.dropFirst()))
        #expect(text.bytes == texts[0].count - tokenizer.decode([ids[0]]).utf8.count)
    }

    @Test func `a file is one text, or documents, as said`() throws {
        let scratch = try ScratchFolder()
        let file = try scratch.write("one two\n\nthree four\n", "text")

        let whole = try PerplexityText(file: file, tokenizer: tokenizer, length: 32)
        let divided = try PerplexityText(file: file, layout: .blankLines, tokenizer: tokenizer, length: 32)

        #expect(whole.documents == 1 && whole.bytes == 20)
        #expect(divided.documents == 2 && divided.bytes == 17)
        #expect(tokenizer.decode(labels(whole).map(\.id)) == "one two\n\nthree four\n")
    }

    @Test func `lengths that cannot be and texts that are empty are refused`() throws {
        for (length, stride, leading) in [
            (1, nil, nil), (16, 0, nil), (16, 17, nil), (16, 16, ["<none>"]),
        ] as [(Int, Int?, [String]?)] {
            #expect(throws: TextDataError.self) {
                try PerplexityText(
                    texts: texts, tokenizer: tokenizer, length: length, stride: stride, leading: leading)
            }
        }
        #expect(throws: TextDataError.noDocuments(files: [])) {
            try PerplexityText(texts: [[]], tokenizer: tokenizer, length: 16)
        }
        #expect(throws: TextDataError.fileMissing(file: "/nowhere")) {
            try PerplexityText(file: "/nowhere", tokenizer: tokenizer, length: 16)
        }
    }
}
