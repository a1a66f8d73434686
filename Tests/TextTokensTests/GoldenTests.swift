import Foundation
import JSONText
import Testing
import TextTokens

/// What the library made of texts when `fixtures/tokens` was written; needs no Python.
@Suite struct GoldenTests {
    private static let fixtures = Peer.repository.appending(path: "fixtures/tokens")

    /// The part of `file` that lies under `key` in each element of the array that the file is, as text.
    private static func tokenizers(_ bytes: [UInt8]) throws -> [(peer: PeerCase, json: [UInt8])] {
        var reader = JSONReader(bytes: bytes)
        var found: [[UInt8]] = []
        try reader.enterArray()
        while try reader.nextElement() {
            try reader.enterObject()
            while let key = try reader.nextKey() {
                _ = try reader.kind()
                let start = reader.offset
                try reader.skipValue()
                if key == "tokenizer" { found.append(Array(bytes[start..<reader.offset])) }
            }
        }
        return Array(zip(try PeerCase.all(bytes), found).map { ($0, $1) })
    }

    @Test func `equals the library in every component`() throws {
        let bytes = Array(try Data(contentsOf: Self.fixtures.appending(path: "goldens.json")))

        let goldens = try Self.tokenizers(bytes)

        #expect(goldens.count >= 15)
        for (peer, json) in goldens {
            let differences = peer.differences(try TextTokenizer(tokenizerJSON: json, file: peer.name))
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        }
    }

    @Test(arguments: ["llama-bos", "t5-identity", "bert-cased", "gpt2-opt", "qwen2"])
    func `equals transformers on a folder without tokenizer.json`(name: String) throws {
        let folder = Self.fixtures.appending(path: name)
        let cases = try PeerCase.all(Array(Data(contentsOf: folder.appending(path: "golden.json"))))

        let tokenizer = try TextTokenizer(folder: folder)

        #expect(cases.count == 1)
        for peer in cases {
            let differences = peer.differences(tokenizer)
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        }
    }

    @Test func `survives damage to any of them`() throws {
        let bytes = Array(try Data(contentsOf: Self.fixtures.appending(path: "goldens.json")))
        let rounds = Int(ProcessInfo.processInfo.environment["TOKENS_DAMAGE"] ?? "") ?? 40
        var generator = LinearGenerator(state: UInt64(rounds))
        var loaded = 0
        for (peer, json) in try Self.tokenizers(bytes) {
            for _ in 0..<rounds {
                var damaged = json
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    let place = Int.random(in: 0..<damaged.count, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: damaged[place] = damaged[Int.random(in: 0..<damaged.count, using: &generator)]
                    case 1: damaged.remove(at: place)
                    default:
                        let other = Int.random(in: 0..<max(1, damaged.count - 40), using: &generator)
                        let part = damaged[other..<min(other + 30, damaged.count)]
                        damaged.replaceSubrange(place..<min(place + 30, damaged.count), with: part)
                    }
                }
                guard let tokenizer = try? TextTokenizer(tokenizerJSON: damaged) else { continue }
                loaded += 1
                for entry in peer.encodings.prefix(4) {
                    _ = tokenizer.encodeWithRanges(entry.text)
                    _ = tokenizer.decode(tokenizer.encode(entry.text) + [3, -1, 500])
                }
            }
        }

        #expect(loaded > 0)
    }
}

/// Numbers that look random and are the same each time (Knuth's MMIX constants).
private struct LinearGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
