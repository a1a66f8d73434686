import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Folders of blocks against the same blocks made in memory.
@Suite struct ModelQuantisationTests {
    /// A quantised copy of a case; nil where no matrix of it has rows of whole blocks.
    private func quantised(_ parity: ParityCase, to type: WeightType) throws -> ScratchFolder? {
        let folder = try ScratchFolder()
        do {
            try ModelQuantisation(base: parity.folder, to: type).write(to: folder.path)
        } catch ModelFolderError.nothingToQuantise { return nil }
        return folder
    }

    private func parameters(_ path: String, holding weights: WeightType) throws -> [Parameter] {
        let architecture = try FolderArchitecture(ConfigObject(path: path + "/config.json"))
        let source = CheckpointParameters(
            try CheckpointFolder(path: path), rules: architecture.rules, holding: weights)
        let scope = ParameterScope(source)
        architecture.visitParameters(in: scope)
        try source.finish()
        return scope.parameters
    }

    /// Every architecture that a fixture has, behind bridges and alone.
    private static let cases =
        ParityCase.languageModels + ParityCase.pictured + ParityCase.instructed + ParityCase.matching
        + ParityCase.visionEncoders

    @Test(arguments: [WeightType.q8_0, .q4_0])
    func `every parameter is what --dtype holds, to the bit`(type: WeightType) throws {
        var compared: Set<String> = []
        for parity in Self.cases {
            guard let folder = try quantised(parity, to: type) else { continue }

            let here = try parameters(folder.path, holding: .auto)

            let wanted = try parameters(parity.folder, holding: type)
            #expect(here.map(\.name) == wanted.map(\.name), "\(parity)")
            for (parameter, other) in zip(here, wanted) {
                let (a, b) = (parameter.tensor, other.tensor)
                #expect(a.dtype == b.dtype && a.shape == b.shape && a.bytes == b.bytes, "\(parity): \(parameter.name)")
            }
            #expect(here.contains { $0.tensor.dtype.isBlock && $0.tensor.isMapped }, "\(parity)")
            compared.insert(parity.description)
        }
        #expect(compared.count >= 10, "\(compared)")
    }

    @Test func `logits are equal to the bit, and the folder says what it is`() throws {
        let base = Repository.path("fixtures/tiny-blip2-olmoe")
        let folder = try ScratchFolder()
        try ModelQuantisation(base: base, to: .q8_0).write(to: folder.path)

        let here = try ModelFolder(path: folder.path)
        let there = try ModelFolder(path: base, weights: .q8_0)

        let side = here.configuration.vision.imageSize
        let pixels = Tensor((0..<3 * side * side).map { Float($0 % 17) / 8 - 1 }, [1, 3, side, side])
        let (seen, expected) = (here.model.imageEmbeddings(of: pixels), there.model.imageEmbeddings(of: pixels))
        #expect(seen.tensor.array == expected.tensor.array)
        let imageID = try #require(here.model.imageTokenID)
        let ids = [Array(repeating: imageID, count: here.model.queries) + (try here.promptIDs("a photo of"))]
        #expect(
            here.model.logits(ids: ids, images: seen).logits.array
                == there.model.logits(ids: ids, images: expected).logits.array)
        let config = try ConfigObject(path: folder.file("config.json"))
        #expect(config.value("quantization_config")?["type"]?.string == "q8_0")
        #expect(try folder.bytes("tokenizer.json") == Array(Data(contentsOf: URL(filePath: base + "/tokenizer.json"))))
    }

    @Test func `what is quantised is not quantised again, nor exported`() throws {
        let folder = try ScratchFolder()
        try ModelQuantisation(base: Repository.path("fixtures/tiny-blip2-olmoe"), to: .q4_0).write(to: folder.path)

        for attempt in [
            { _ = try ModelQuantisation(base: folder.path, to: .q8_0) },
            { _ = try ModelExport(base: folder.path, bridge: nil) },
        ] {
            #expect {
                try attempt()
            } throws: {
                if case ModelFolderError.quantisedAlready(folder.path) = $0 { true } else { false }
            }
        }
    }

    @Test func `a folder that lacks weights is refused before anything is written`() throws {
        let base = try ScratchFolder(copying: ParityCase.named("blip2-opt-a").folder)
        try base.replace("\"num_hidden_layers\": 3", with: "\"num_hidden_layers\": 4", in: "config.json")

        #expect {
            try ModelQuantisation(base: base.path, to: .q8_0)
        } throws: {
            guard case ModelFolderError.checkpoint(.mismatch(let mismatch)) = $0 else { return false }
            return !mismatch.missing.isEmpty
        }
    }

    @Test func `weights quantised by others are refused by name`() throws {
        let base = try ScratchFolder(copying: ParityCase.named("text-llama").folder)
        try base.replace("{", with: #"{"quantization_config": {"quant_method": "gptq"}, "#, in: "config.json")

        #expect {
            try LanguageModelFolder(path: base.path)
        } throws: {
            "\($0)".contains("quant_method: \"gptq\" is not supported")
        }
    }
}
