import Checkpoints
import Foundation
import Imaging
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// `Blip2ForImageTextRetrieval` against transformers.
@Suite struct MatchingParityTests {
    private func texts(_ parity: ParityCase) throws -> [String] {
        let facts = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: parity.file("reference.json")))))
        return try #require(facts["texts"]?.array).compactMap(\.string)
    }

    @Test func `there is a case`() { #expect(!ParityCase.matching.isEmpty) }

    @Test(arguments: ParityCase.matching)
    func `ids, vectors, similarities and the logits of matching`(parity: ParityCase) throws {
        let folder = try MatchingFolder(path: parity.folder, weights: .f32)
        let model = folder.model
        let texts = try texts(parity).map { try folder.tokenizer.text($0) }

        let features = model.features(of: try parity.tensor("pixel_values"))
        let queries = model.queryTokens(of: features)
        let images = model.imageVectors(of: queries)
        let vectors = Tensor.concatenated(texts.map { model.textVectors(of: $0) })

        for (index, text) in texts.enumerated() {
            #expect(text.ids == (try parity.integers("input_ids_\(index)")))
        }
        #expect(difference(features.tensor, try parity.tensor("batch_image_embeds")) <= 1e-4 * 10)
        #expect(difference(queries.tensor, try parity.tensor("qformer_output")) <= 1e-4)
        #expect(difference(images, try parity.tensor("image_embeds")) <= 1e-5)
        #expect(difference(vectors, try parity.tensor("text_embeds")) <= 1e-5)
        let similarity = MatchingModel.similarity(images: images, texts: vectors)
        #expect(difference(similarity, try parity.tensor("itc_similarity")) <= 1e-5)
        let expected = try parity.tensor("itm_logits")  // [image, text, 2]
        for picture in 0..<2 {
            let seen = ImageFeatures(features.tensor.slice(picture..<picture + 1))
            for (index, text) in texts.enumerated() {
                let logits = model.matchLogits(of: seen, with: text).element(0)
                #expect(difference(logits, expected.element(picture).element(index)) <= 1e-4)
            }
        }
    }

    @Test(arguments: ParityCase.matching)
    func `texts padded to one length are read as each alone`(parity: ParityCase) throws {
        let folder = try MatchingFolder(path: parity.folder)
        let model = folder.model
        let alone = try texts(parity).map { try folder.tokenizer.text($0) }
        let together = BridgeText(alone.map { $0.ids[0] }, padding: 7)
        let features = model.features(of: try parity.tensor("pixel_values"))

        let vectors = model.textVectors(of: together)
        let logits = model.matchLogits(of: features, with: together)

        #expect(together.lengths[0] != together.lengths[1])
        for (index, text) in alone.enumerated() {
            let seen = ImageFeatures(features.tensor.slice(index..<index + 1))
            #expect(difference(vectors.element(index), model.textVectors(of: text).element(0)) <= 1e-6)
            #expect(difference(logits.element(index), model.matchLogits(of: seen, with: text).element(0)) <= 1e-6)
        }
    }

    @Test func `folders that are none, and texts that are too long`() throws {
        let parity = try #require(ParityCase.matching.first)
        let other = try #require(ParityCase.pictured.first)
        let folder = try MatchingFolder(path: parity.folder)
        let limit = folder.configuration.queryTransformer.contextLength

        #expect {
            try MatchingFolder(path: other.folder)
        } throws: {
            if case ModelFolderError.notARetrievalModel = $0 { true } else { false }
        }
        #expect {
            try folder.tokenizer.text(String(repeating: "cat ", count: limit))
        } throws: {
            guard case ModelFolderError.bridgeTextTooLong(let tokens, limit) = $0 else { return false }
            return tokens > limit && "\($0)".contains("\(limit)")
        }
    }
}
