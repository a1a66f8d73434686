import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// One folder of a model and its bridge: bits, words that must travel along.
@Suite struct ModelExportTests {
    private static let card = "---\nlicense: cc-by-4.0\n---\n\n# A model\n"

    /// A folder of ours with a decoder in bfloat16 and one matrix of it in float32, all else in float32.
    private func base() throws -> ScratchFolder {
        let folder = try ScratchFolder(copying: Repository.path("fixtures/parity/blip2-olmoe-a"))
        try folder.replace("\"model_type\": \"blip-2\"", with: "\"model_type\": \"lorgnette\"", in: "config.json")
        let stored = try CheckpointFolder(path: folder.path)
        var items: [SafetensorsItem] = []
        var isFirst = true
        for entry in stored.entries {
            let file = try #require(stored.file(of: entry.name))
            // Values that bfloat16 has not.
            let values = try file.tensor(named: entry.name).converted32().array.map { $0 * 1.0009765625 + 1e-5 }
            let tensor = Tensor(values, entry.shape)
            let isRounded = entry.name.hasPrefix("language_model.") && !isFirst
            if entry.name.hasPrefix("language_model."), entry.shape.count == 2 { isFirst = false }
            items.append(SafetensorsItem(entry.name, isRounded ? tensor.converted(to: .bf16) : tensor))
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains("safetensors")
        {
            try folder.remove(name)
        }
        try SafetensorsWriter().write(items, inFolder: folder.path)
        try folder.write("Pictures by Jane Doe\n", "NOTICE")
        try folder.write("CC BY\n", "LICENSE-weights.txt")
        try folder.write(Self.card, "README.md")
        try folder.write(
            #"{"prompts": {"caption": "a picture of", "ask": "Q: {question} A:"}}"#, "lorgnette.json")
        try folder.write("{}", "generation_config.json")
        return folder
    }

    /// A bridge over that base, of which query tokens and one vector were trained.
    private func bridge(over base: ScratchFolder) throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let weights = try CheckpointFolder(path: base.path)
        let trained = try ["query_tokens", "language_projection.bias"].map { name -> (String, Tensor) in
            let stored = try #require(weights.file(of: name)).tensor(named: name)
            return (name, Tensor(stored.array.map { $0 + 0.015 }, stored.shape))
        }
        try BridgeFolder.write(
            trained, base: BaseFingerprint(path: base.path, weights: weights), config: base.bytes("config.json"),
            facts: [], to: folder.path)
        try folder.write(#"{"prompts": {"caption": "this is"}}"#, "lorgnette.json")
        return folder
    }

    private func exported(
        _ base: ScratchFolder, _ bridge: ScratchFolder?, _ precision: ModelExport.Precision
    ) throws -> (ScratchFolder, CheckpointFolder) {
        let target = try ScratchFolder()
        try withExtendedLifetime((base, bridge)) {
            try ModelExport(base: base.path, bridge: bridge?.path, precision: precision).write(to: target.path)
        }
        return (target, try CheckpointFolder(path: target.path))
    }

    @Test func `bf16 rounds matrices of encoder and bridge, and keeps every bit of the decoder`() throws {
        let base = try base()
        let bridge = try bridge(over: base)
        let before = try CheckpointFolder(path: base.path)
        let laid = try CheckpointFolder(path: bridge.path, weights: BridgeFolder.weightsName)

        let (target, after) = try exported(base, bridge, .bf16)

        #expect(after.entries.map(\.name).sorted() == before.entries.map(\.name).sorted())
        for entry in after.entries {
            let old = try #require(laid.entry(named: entry.name) ?? before.entry(named: entry.name))
            let oldFile = try #require(laid.file(of: entry.name) ?? before.file(of: entry.name))
            let newFile = try #require(after.file(of: entry.name))
            if entry.name.hasPrefix("language_model.") {
                #expect(entry.type == old.type && newFile.bytes(of: entry) == oldFile.bytes(of: old), "\(entry.name)")
            } else {
                let type: DType = entry.shape.count > 1 ? .bf16 : .f32
                let expected = try oldFile.tensor(named: entry.name).converted(to: type)
                let made = try newFile.tensor(named: entry.name)
                #expect(made.dtype == type && made.converted32().array == expected.converted32().array, "\(entry.name)")
            }
        }
        #expect(Set(after.entries.filter { $0.name.hasPrefix("language_model.") }.map(\.type)).count == 2)
        let loaded = try ModelFolder(path: target.path)
        #expect(try loaded.prompts == PromptTemplates(folder: target.path, fallback: .blip2))
        #expect(loaded.prompts.caption == "this is" && loaded.prompts.ask("x") == "Q: x A:")
        let config = try JSONValue(parsing: target.bytes("config.json"))
        #expect(config["model_type"]?.string == "lorgnette")
        let types = ["vision_config", "qformer_config"].compactMap { config[$0]?["dtype"]?.string }
        #expect(types.allSatisfy { $0 == "bfloat16" })
        let text = try JSONValue(parsing: base.bytes("config.json"))["text_config"]
        #expect(config["text_config"] == text)
    }

    @Test(arguments: ModelExport.Precision.allCases)
    func `notices, licences and the card travel`(precision: ModelExport.Precision) throws {
        let base = try base()

        let (whole, _) = try exported(base, nil, precision)
        let (laid, weights) = try exported(base, try bridge(over: base), precision)

        for folder in [whole, laid] {
            #expect(try folder.text("NOTICE") == base.text("NOTICE"))
            #expect(try folder.text("LICENSE-weights.txt") == base.text("LICENSE-weights.txt"))
            #expect(try folder.text("README.md").hasPrefix("---\nlicense: cc-by-4.0\n---\n"))
        }
        #expect(try whole.text("README.md") == Self.card)
        #expect(try laid.text("README.md").contains("bridge was laid over"))
        #expect(try laid.text("README.md").hasSuffix("# A model\n"))
        if precision == .f32 { #expect(weights.entries.allSatisfy { $0.type == .f32 }) }
    }

    @Test func `a card is not told twice`() throws {
        let base = try base()
        let (once, _) = try exported(base, try bridge(over: base), .bf16)

        let (twice, _) = try exported(once, try bridge(over: once), .bf16)

        #expect(try twice.text("README.md") == once.text("README.md"))
    }

    @Test func `a damaged file of prompts is told`() throws {
        let base = try base()
        let bridge = try bridge(over: base)
        try bridge.write("{", "lorgnette.json")

        #expect(throws: ModelFolderError.self) { try exported(base, bridge, .f32) }
    }
}
