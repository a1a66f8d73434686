import Foundation
import JSONText
import TestFixtures
import Testing
import TextTokens
import VisionLanguage

/// Ids and texts that transformers' tokenizer gives on the probes of `tokenizer_reference.json`.
@Suite struct TokenizerReferenceTests {
    /// Cases with a tokenizer; those of most language models alone hold weights only.
    private static let cases = ParityCase.all.filter {
        FileManager.default.fileExists(atPath: $0.file("tokenizer_reference.json"))
    }

    @Test func `there are cases`() { #expect(Self.cases.count >= 6) }

    @Test(arguments: cases)
    func `ids and texts of every probe`(parity: ParityCase) throws {
        let tokenizer = try TextTokenizer(folder: URL(filePath: parity.folder))
        let probes = try JSONValue(
            parsing: Array(Data(contentsOf: URL(filePath: parity.file("tokenizer_reference.json")))))
        let rows = try #require(probes.array)

        #expect(rows.count >= 10)
        for row in rows {
            let text = try #require(row["text"]?.string)
            let ids = try #require(row["ids"]?.array).compactMap(\.integer)
            let plain = try #require(row["ids_no_special"]?.array).compactMap(\.integer)
            #expect(tokenizer.encode(text) == ids, "\(text)")
            #expect(tokenizer.encode(text, addingSpecialTokens: false) == plain, "\(text)")
            #expect(tokenizer.decode(plain) == row["decoded"]?.string, "\(text)")
            #expect(
                tokenizer.decode(ids, skippingSpecialTokens: true) == row["decoded_skip_special"]?.string, "\(text)")
        }
    }

    @Test(arguments: ParityCase.pictured)
    func `ids of the reference's prompts`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let reference = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: parity.file("reference.json")))))
        let prompts = try #require(reference["prompts"]?.array).compactMap(\.string)
        let inputs = try parity.integers("batch_input_ids")
        let visible = try parity.integers("batch_attention_mask")

        for (index, prompt) in prompts.enumerated() {
            let expected = zip(inputs[index], visible[index]).filter { $1 == 1 && $0 != folder.model.imageTokenID }
            #expect(try folder.promptIDs(prompt) == expected.map(\.0), "\(prompt)")
        }
    }
}
