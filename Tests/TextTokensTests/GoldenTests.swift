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
}
