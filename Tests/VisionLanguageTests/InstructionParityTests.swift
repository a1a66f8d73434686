import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// InstructBLIP, whose bridge reads the prompt, against transformers.
@Suite struct InstructionParityTests {
    private func prompts(_ parity: ParityCase) throws -> [String] {
        let facts = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: parity.file("reference.json")))))
        return try #require(facts["prompts"]?.array).compactMap(\.string)
    }

    @Test func `there are cases`() { #expect(ParityCase.instructed.count >= 2) }

    @Test(arguments: ParityCase.instructed)
    func `ids of both tokenizers`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder)
        let (bridge, seen) = (
            try parity.integers("batch_qformer_input_ids"), try parity.integers("batch_qformer_attention_mask")
        )
        let (model, visible) = (try parity.integers("batch_input_ids"), try parity.integers("batch_attention_mask"))

        for (index, prompt) in try prompts(parity).enumerated() {
            let instruction = try #require(try folder.instruction(prompt))
            #expect(instruction.ids[0] == zip(bridge[index], seen[index]).filter { $1 == 1 }.map(\.0))
            let ids = zip(model[index], visible[index]).filter { $1 == 1 && $0 != folder.model.imageTokenID }
            #expect(try folder.promptIDs(prompt) == ids.map(\.0))
        }
        #expect(folder.prompts == .instructBLIP)
    }

    @Test(arguments: ParityCase.instructed)
    func `query tokens, projected embeddings and logits`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder, weights: .f32)
        let model = folder.model
        let instruction = BridgeText(try parity.integers("qformer_input_ids"))
        let features = model.features(of: try parity.tensor("pixel_values"))

        let queries = model.queryTokens(of: features, instruction: instruction)
        let embeddings = model.embeddings(of: queries)
        let logits = model.logits(
            ids: try parity.integers("input_ids"), answers: try parity.answers(), images: embeddings
        ).logits

        #expect(difference(queries.tensor, try parity.tensor("qformer_output")) <= 1e-4)
        let projected = try parity.tensor("projected")
        #expect(difference(embeddings.tensor, projected) <= 1e-4 * max(1, projected.array.map(abs).max() ?? 0))
        #expect(difference(logits, try parity.tensor("logits")) <= 1e-4)
    }

    @Test(arguments: ParityCase.instructed)
    func `padded instructions of a batch`(parity: ParityCase) throws {
        let folder = try ModelFolder(path: parity.folder, weights: .f32)
        let model = folder.model
        let mask = try parity.integers("batch_qformer_attention_mask")
        let rows = try parity.integers("batch_qformer_input_ids").enumerated().map { row, ids in
            zip(ids, mask[row]).filter { $1 == 1 }.map(\.0)
        }
        let features = model.features(of: try parity.tensor("batch_pixel_values"))
        let expected = try parity.tensor("batch_qformer_output")

        let queries = model.queryTokens(of: features, instruction: BridgeText(rows))

        #expect(rows[0].count != rows[1].count)
        #expect(difference(queries.tensor, expected) <= 1e-4)
        let alone = model.imageEmbeddings(
            of: try parity.tensor("batch_pixel_values"), instructions: rows.map { BridgeText([$0]) })
        #expect(difference(alone.tensor, model.embeddings(of: QueryTokens(expected)).tensor) <= 1e-3)
    }

    @Test func `a folder without its second tokenizer is told`() throws {
        let parity = try #require(ParityCase.instructed.first)
        let folder = try ScratchFolder(copying: parity.folder)
        try folder.remove("qformer_tokenizer")

        let error = try #require(throws: ModelFolderError.self) { try ModelFolder(path: folder.path) }

        #expect(error.description.contains("qformer_tokenizer"))
    }

    @Test func `an id that the bridge has no embedding for is told`() throws {
        let parity = try #require(ParityCase.instructed.first)
        var sizes = try BLIP2Configuration(ConfigObject(path: parity.file("config.json"))).queryTransformer
        sizes.vocabularySize = 5
        let tokenizer = try BridgeTokenizer(folder: parity.file("qformer_tokenizer"), for: sizes)

        #expect {
            try tokenizer.text("two cats")
        } throws: {
            if case ModelFolderError.idWithoutEmbedding(_, _, 5) = $0 { true } else { false }
        }
    }
}
