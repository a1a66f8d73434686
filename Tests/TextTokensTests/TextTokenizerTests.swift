import Foundation
import Testing
import TextTokens

@Suite struct TextTokenizerTests {
    private static let folder = Peer.repository.appending(path: "fixtures/tokens/gpt2-opt")

    @Test func `knows the special tokens of its configuration`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)

        #expect(tokenizer.beginningOfSentence == tokenizer.id(of: "</s>"))
        #expect(tokenizer.endOfSentence == 2)
        #expect(tokenizer.padding == 1)
        #expect(tokenizer.token(of: 1) == "<pad>")
        #expect(tokenizer.token(of: 1_000_000) == nil)
        #expect(tokenizer.token(of: -1) == nil)
        #expect(tokenizer.identifierEnd == tokenizer.vocabularySize)
    }

    @Test func `cuts at either side and keeps the special tokens`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)
        let plain = tokenizer.encode("the cat sat on a mat", addingSpecialTokens: false)

        let right = tokenizer.encode("the cat sat on a mat", truncation: Truncation(maximumLength: 4))
        let left = tokenizer.encode("the cat sat on a mat", truncation: Truncation(maximumLength: 4, side: .left))

        #expect(right == [2] + plain.prefix(3))
        #expect(left == [2] + plain.suffix(3))
        #expect(tokenizer.encode("x", truncation: Truncation(maximumLength: 0)) == [2])
    }

    @Test(arguments: ["gpt2-opt", "llama-bos", "t5-identity", "bert-cased", "qwen2"])
    func `streams the pieces of the whole text`(name: String) throws {
        let tokenizer = try TextTokenizer(folder: Peer.repository.appending(path: "fixtures/tokens/\(name)"))
        for text in ["the cat  sat, on 日本 🙂👍🏽 é", "🙂", "a", "", "\n\n x"] {
            let ids = tokenizer.encode(text)
            var decoder = StreamingDecoder(tokenizer)

            let streamed = ids.compactMap { decoder.append($0) }.joined() + decoder.finish()

            #expect(streamed.utf8.elementsEqual(tokenizer.decode(ids, skippingSpecialTokens: true).utf8), "\(name)")
        }
    }

    @Test func `holds back an incomplete character and shows it at last as U+FFFD`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)
        let ids = tokenizer.encode("a🙂", addingSpecialTokens: false)
        var decoder = StreamingDecoder(tokenizer)

        #expect(ids.count == 5)
        #expect(decoder.append(ids[0]) == "a")
        #expect(decoder.append(ids[1]) == nil)
        #expect(decoder.append(ids[2]) == nil)
        #expect(decoder.finish() == "\u{FFFD}")
    }

    @Test func `tells canonically equal texts apart`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)

        #expect(tokenizer.encode("é") != tokenizer.encode("e\u{301}"))
        #expect(tokenizer.decode(tokenizer.encode("e\u{301}"), skippingSpecialTokens: true).utf8.count == 3)
    }

    @Test func `leaves out ids that are none`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)

        #expect(tokenizer.decode([-5, 1 << 40, 99_999]).isEmpty)
    }

    @Test func `says which bytes each id stands for`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)

        let ranges = tokenizer.encodeWithRanges("é x").map(\.range)

        #expect(ranges.first?.lowerBound == 0)
        #expect(ranges.last?.upperBound == 4)
    }

    @Test func `takes texts of any length`() throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)
        let long = String(repeating: "ab", count: 100_000)

        #expect(tokenizer.decode(tokenizer.encode(long), skippingSpecialTokens: true) == long)
    }

    @Test func `gives equal ids on many threads at once`() async throws {
        let tokenizer = try TextTokenizer(folder: Self.folder)
        let expected = tokenizer.encode("the cat sat on a mat 🙂")

        let all = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<50 { group.addTask { tokenizer.encode("the cat sat on a mat 🙂") } }
            return await group.reduce(into: [[Int]]()) { $0.append($1) }
        }

        #expect(all.allSatisfy { $0 == expected })
    }
}
