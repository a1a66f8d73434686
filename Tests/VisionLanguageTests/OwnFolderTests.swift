import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Folders of ours (`model_type` `lorgnette`): any vision encoder before the bridge.
@Suite struct OwnFolderTests {
    private static let encoders =
        [
            #"{"model_type": "clip_vision_model", "#, #"{"model_type": "siglip_vision_model", "#,
            #"{"model_type": "vit", "#,
            #"{"model_type": "dinov2", "mlp_ratio": 2, "#,
            #"{"model_type": "dinov2_with_registers", "mlp_ratio": 2, "num_register_tokens": 2, "#,
        ].map {
            $0
                + #""hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 28, "patch_size": 7}"#
        } + [
            #"{"model_type": "lorgnette_vision_model", "stem_widths": [8, 24], "stem_blocks": [0, 1], "hidden_size": 24, "#
                + #""intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 28, "patch_size": 4}"#
        ]

    /// A copy of the OPT case whose vision encoder is `vision` and whose weights are drawn.
    private func folder(_ vision: String, readsPrompt: Bool = false) throws -> (ScratchFolder, ParameterScope) {
        let base = Repository.path("fixtures/parity/blip2-opt-a")
        let folder = try ScratchFolder(copying: base)
        let config = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: base + "/config.json"))))
        let members = try #require(config.object).members.map { key, value -> (String, JSONValue) in
            switch key {
            case "model_type": return (key, .string("lorgnette"))
            case "vision_config": return (key, try JSONValue(parsing: Array(vision.utf8)))
            case "qformer_config":
                let kept = try #require(value.object).members.filter {
                    !["use_qformer_text_input", "vocab_size"].contains($0.key)
                }
                let more: [(key: String, value: JSONValue)] = [
                    ("use_qformer_text_input", .bool(readsPrompt)), ("vocab_size", .integer(600)),
                ]
                return (key, .object(kept + more))
            default: return (key, value)
            }
        }
        try folder.write(JSONValue.object(members.map { (key: $0.0, value: $0.1) }).text, "config.json")
        let configuration = try BLIP2Configuration(ConfigObject(path: folder.file("config.json")))
        let scope = ParameterScope(RandomParameters(seed: 12))
        _ = configuration.makeModel(in: scope)
        try SafetensorsWriter().write(
            scope.parameters.map { SafetensorsItem($0.name, $0.tensor) }, to: folder.file("model.safetensors"))
        return (folder, scope)
    }

    @Test(arguments: encoders)
    func `each vision encoder stands before the bridge as it stands alone`(vision: String) throws {
        let (folder, scope) = try folder(vision)
        let kind = try VisionEncoderKind(ConfigObject(bytes: Array(vision.utf8), file: "config.json"))
        let alone = kind.makeEncoder(in: ParameterScope(RandomParameters(seed: 12)) / "vision_model")
        let pixels = Tensor((0..<3 * 28 * 28).map { Float($0 % 11) / 5 - 1 }, [1, 3, 28, 28])

        let loaded = try ModelFolder(path: folder.path)

        #expect(loaded.model.features(of: pixels).tensor.array == alone(pixels).array)
        #expect(loaded.model.parameters.map(\.name) == scope.parameters.map(\.name))
        #expect(loaded.bridgeTokenizer == nil && loaded.prompts == .blip2)
        let embeddings = loaded.model.imageEmbeddings(of: pixels).tensor
        #expect(embeddings.shape == [1, loaded.model.queries, loaded.model.decoder.embeddingWidth])
        let areFinite = embeddings.array.allSatisfy { $0.isFinite }
        #expect(areFinite)
    }

    @Test func `a bridge of ours that reads the prompt`() throws {
        let (folder, _) = try folder(Self.encoders[0], readsPrompt: true)
        let tokenizer = Repository.path("fixtures/encoders/instructblip-llama/qformer_tokenizer")
        try FileManager.default.copyItem(atPath: tokenizer, toPath: folder.file("qformer_tokenizer"))
        let pixels = Tensor((0..<3 * 28 * 28).map { Float($0 % 11) / 5 - 1 }, [1, 3, 28, 28])

        let loaded = try ModelFolder(path: folder.path)
        let seen = try ["two cats", "a dog"].map { prompt in
            let instruction = try #require(try loaded.instruction(prompt))
            return loaded.model.imageEmbeddings(of: pixels, instructions: [instruction]).tensor
        }

        #expect(seen[0].array != seen[1].array && loaded.prompts == .instructBLIP)
    }

    @Test func `what the config must say is told`() throws {
        let wrongs = [
            #"{"model_type": "lorgnette", "text_config": {"model_type": "opt"}}"#,
            #"{"model_type": "lorgnette", "vision_config": {"model_type": "eye"}, "text_config": {"model_type": "opt"}}"#,
            #"{"model_type": "lorgnette", "vision_config": {"model_type": "vit"}, "text_config": {"model_type": "opt"}}"#,
            #"{"model_type": "flamingo"}"#,
        ]
        for (text, key) in zip(
            wrongs, ["vision_config.model_type", "vision_config.model_type", "encoder_hidden_size", "model_type"])
        {
            let error = try #require(throws: ConfigError.self) {
                try BLIP2Configuration(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
            }
            #expect(error.description.contains(key), "\(error)")
        }
    }
}
