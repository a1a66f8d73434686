import Foundation
import JSONText
import Testing
import TextTokens

@Suite struct BytePairTrainerTests {
    private func model(_ json: [UInt8]) throws -> (vocabulary: [String], merges: [[String]]) {
        let model = try #require(try JSONValue(parsing: json)["model"])
        let merges = (model["merges"]?.array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
        return (model["vocab"]?.object?.keys ?? [], merges)
    }

    @Test func `merges the most frequent pair first, of equals the one of smallest ids`() throws {
        var trainer = try BytePairTrainer(
            BytePairTrainer.Options(vocabularySize: 8, specialTokens: ["<s>"], includesAllBytes: false))
        trainer.feed("abab cd cd")

        let (vocabulary, merges) = try model(trainer.tokenizerJSON())

        #expect(trainer.wordCount == 2)
        #expect(vocabulary == ["<s>", "a", "b", "c", "d", "Ġ", "ab", "cd"])
        #expect(merges == [["a", "b"], ["c", "d"]])
    }

    @Test func `writes a tokenizer that reads its own text`() throws {
        var trainer = try BytePairTrainer(
            BytePairTrainer.Options(vocabularySize: 300, specialTokens: ["<s>", "\"\\\n"], beginningToken: "<s>"))
        trainer.feed(linesOf: "the cat sat on the mat\nthe cat — 猫 🙂\u{1}\n")

        let tokenizer = try TextTokenizer(tokenizerJSON: trainer.tokenizerJSON())
        let text = "the mat 🙂 \"\\\n\u{1}"
        let ids = tokenizer.encode(text)

        #expect(ids.first == tokenizer.id(of: "<s>"))
        #expect(ids.contains(try #require(tokenizer.id(of: "\"\\\n"))))
        #expect(tokenizer.decode(Array(ids.dropFirst())) == text)
    }

    @Test func `refuses options that cannot be`() {
        #expect(throws: TokenizerError.self) { try BytePairTrainer(BytePairTrainer.Options(vocabularySize: 0)) }
        #expect(throws: TokenizerError.self) { try BytePairTrainer(BytePairTrainer.Options(minimumFrequency: -1)) }
        #expect(throws: TokenizerError.self) { try BytePairTrainer(BytePairTrainer.Options(beginningToken: "x")) }
        #expect(throws: TokenizerError.self) { try BytePairTrainer(BytePairTrainer.Options(splitPattern: "(")) }
    }

    @Test(.enabled(if: Peer.python != nil, "no Python with the tokenizers library here"))
    func `finds the library's merges`() throws {
        let out = FileManager.default.temporaryDirectory.appending(path: "trained-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        let environment = ProcessInfo.processInfo.environment
        let file = Peer.repository.appending(path: "../shared/data/text/factbook.txt")
        let hasFile = FileManager.default.fileExists(atPath: file.path)
        try Peer.run(
            Peer.repository.appending(path: "Tests/Peers/trainer_peer.py"),
            [out.path, "--seed", environment["TOKENS_SEED"] ?? "1"] + (hasFile ? ["--file", file.path] : []))
        let cases = try #require(
            try JSONValue(parsing: Array(Data(contentsOf: out.appending(path: "cases.json")))).array)

        for (index, peer) in cases.enumerated() {
            let said = try #require(peer["options"])
            let options = BytePairTrainer.Options(
                vocabularySize: said["vocabularySize"]?.integer ?? 0,
                minimumFrequency: said["minimumFrequency"]?.integer ?? 0,
                specialTokens: said["specialTokens"]?.array?.compactMap(\.string) ?? [],
                includesAllBytes: said["includesAllBytes"]?.bool ?? true,
                alphabetLimit: said["alphabetLimit"]?.integer,
                maximumTokenLength: said["maximumTokenLength"]?.integer,
                addsPrefixSpace: said["addsPrefixSpace"]?.bool ?? false, splitPattern: said["splitPattern"]?.string)
            var trainer = try BytePairTrainer(options)
            if let texts = peer["texts"]?.array {
                for text in texts { trainer.feed(text.string ?? "") }
            } else {
                trainer.feed(linesOf: String(decoding: try Data(contentsOf: file), as: UTF8.self))
            }

            let (vocabulary, merges) = try model(trainer.tokenizerJSON())

            #expect(vocabulary == peer["vocab"]?.array?.compactMap(\.string), "case \(index)")
            #expect(merges == peer["merges"]?.array?.map { $0.array?.compactMap(\.string) ?? [] }, "case \(index)")
        }
    }
}
