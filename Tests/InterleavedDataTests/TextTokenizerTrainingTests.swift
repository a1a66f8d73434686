import Foundation
import InterleavedData
import JSONText
import TestFixtures
import Testing
import TextTokens

@Suite struct TextTokenizerTrainingTests {
    private let corpus = Repository.path("fixtures/text/corpus.txt")

    private func model(_ trained: TokenizerTraining.Trained) throws -> (tokens: [String], merges: [[String]]) {
        let bytes = try #require(trained.files.first { $0.name == "tokenizer.json" }).bytes
        let model = try #require(try JSONValue(parsing: bytes)["model"])
        return (
            model["vocab"]?.object?.keys ?? [],
            (model["merges"]?.array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
        )
    }

    @Test func `finds the library's merges in the golden corpus`() throws {
        let golden = try JSONValue(
            parsing: try String(contentsOfFile: Repository.path("fixtures/text/merges.json"), encoding: .utf8))
        var training = TokenizerTraining(files: [corpus], vocabulary: try #require(golden["vocabulary"]?.integer))
        training.sentinels = try #require(golden["sentinels"]?.integer)

        let found = try model(training.run())

        #expect(found.tokens == golden["tokens"]?.array?.compactMap(\.string))
        #expect(found.merges == golden["merges"]?.array?.map { $0.array?.compactMap(\.string) ?? [] })
        #expect(found.merges.count > 400)
    }

    @Test func `sentinels are counted from the vocabulary's end, special tokens from its start`() throws {
        var training = TokenizerTraining(files: [corpus], vocabulary: 600)
        training.specialTokens = ["<one>", "<two>"]
        training.sentinels = 20

        let tokenizer = try training.run().tokenizer

        #expect(tokenizer.vocabularySize == 600 && tokenizer.identifierEnd == 600)
        for index in 0..<20 { #expect(tokenizer.id(of: ReservedTokens.sentinel(index)) == 599 - index) }
        for (index, token) in (ReservedTokens.leading + ["<one>", "<two>"]).enumerated() {
            #expect(tokenizer.id(of: token) == index)
        }
        #expect(tokenizer.encode("<extra_id_3><two>", addingSpecialTokens: false) == [596, 8])
    }

    @Test func `text that looks like a special token is text where it is read as it stands`() throws {
        let tokenizer = try TextWorkshop.tokenizer().tokenizer
        let text = "a</s> b<extra_id_0>"

        let ids = tokenizer.encodeOrdinary(Array(text.utf8)).map { Int($0) }

        #expect(!ids.contains(try #require(tokenizer.id(of: "</s>"))))
        #expect(!ids.contains(try #require(tokenizer.id(of: "<extra_id_0>"))))
        #expect(tokenizer.decode(ids) == text)
    }

    @Test func `words of pairs count as lines of a file would`() throws {
        let scratch = try ScratchFolder()
        let rows = (0..<50).map {
            #"{"caption": "a \#($0 % 7) bobble", "qa": [["What?", "it's \#($0)"]], "split": "train"}"#
        }
        let pairs = try scratch.write(rows.joined(separator: "\n"), "pairs.jsonl")
        let lines = (0..<50).flatMap { ["a picture of a \($0 % 7) bobble.", "Question: What? Answer: it's \($0)"] }
        let text = try scratch.write(lines.map { $0 + "\n" }.joined(), "text")
        var first = TokenizerTraining(files: [], vocabulary: 500)
        first.pairs = [pairs]

        let (fromPairs, fromText) = try (first.run(), TokenizerTraining(files: [text], vocabulary: 500).run())

        #expect(try model(fromPairs) == model(fromText))
        #expect(fromPairs.bytes == fromText.bytes && fromPairs.words == fromText.words)
    }

    @Test func `a source of JSON lines is read as its texts`() throws {
        let scratch = try ScratchFolder()
        let texts = (0..<50).map { "der \($0 % 7) Käfer fällt" }
        let rows = texts.map { #"{"id": 201, "text": "\#($0.replacing("ä", with: #"\u00e4"#))"}"# }
        let json = try scratch.write(rows.joined(separator: "\n"), "rows.jsonl")
        let text = try scratch.write(texts.map { $0 + "\n" }.joined(), "text")
        var first = TokenizerTraining(files: [], vocabulary: 500)
        first.sources = [TextSource(json, .jsonLines(field: "text"))]

        #expect(try model(first.run()) == model(TokenizerTraining(files: [text], vocabulary: 500).run()))
        let empty = try scratch.write("", "empty")
        #expect(throws: TextDataError.self) { try TokenizerTraining(files: [empty], vocabulary: 500).run() }
    }

    @Test func `long files give what short ones give, however the blocks fall`() throws {
        let scratch = try ScratchFolder()
        let line = try String(contentsOfFile: corpus, encoding: .utf8)
        let oneLine = line.replacing("\n", with: " ")
        let repeated = String(repeating: oneLine, count: 80) + "\n" + line
        let file = try scratch.write(repeated, "long")
        var trainer = try BytePairTrainer(
            BytePairTrainer.Options(
                vocabularySize: 472, specialTokens: ReservedTokens.leading,
                trailingTokens: ReservedTokens.sentinels(128), beginningToken: "<s>"))
        trainer.feed(linesOf: repeated)

        let trained = try TokenizerTraining(files: [file], vocabulary: 600).run()

        #expect(repeated.utf8.count > 1 << 20)
        #expect(trained.files[0].bytes == trainer.tokenizerJSON())
    }

    @Test func `options and files that cannot be are refused`() throws {
        let scratch = try ScratchFolder()
        #expect(throws: TextDataError.self) { try TokenizerTraining(files: [corpus], vocabulary: 300).run() }
        var training = TokenizerTraining(files: [corpus])
        training.sentinels = -1
        #expect(throws: TextDataError.self) { try training.run() }
        training.sentinels = 2
        training.specialTokens = ["<extra_id_1>"]
        #expect {
            try training.run()
        } throws: {
            guard case .tokenizer = $0 as? TextDataError else { return false }
            return "\($0)".contains("extra_id_1")
        }
        let bad = try scratch.write([0x61, 0xC3, 0x0A], "bad")
        #expect(throws: TextDataError.notUTF8(file: bad, offset: 1)) { try TokenizerTraining(files: [bad]).run() }
        #expect(throws: TextDataError.fileMissing(file: "/nowhere")) {
            try TokenizerTraining(files: ["/nowhere"]).run()
        }
    }
}
