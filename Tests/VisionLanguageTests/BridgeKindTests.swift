import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Bridges beside the querying transformer: their formulas, and where they may stand.
@Suite struct BridgeKindTests {
    private static let base = Repository.path("fixtures/parity/blip2-olmoe-a")

    private static func sizes() -> BridgeSizes {
        var sizes = BridgeSizes()
        (sizes.hidden, sizes.latents, sizes.layers, sizes.heads, sizes.headWidth, sizes.expansion) = (7, 3, 2, 2, 5, 2)
        return sizes
    }

    private static func folder(_ kind: BridgeKind) throws -> ModelFolder {
        let folder = try ModelFolder(path: base, new: NewBridge(kind: kind, sizes: sizes(), seed: 6))
        var generator = SeededGenerator(seed: 3)
        // Norms and biases that say something.
        for parameter in folder.model.parameters where BridgeDesign.isBridge(parameter.name) {
            let noise = Tensor.drawn(parameter.tensor.shape, .normal(0.3), using: &generator)
            parameter.set(parameter.tensor.converted32() + noise)
        }
        return folder
    }

    private static func naive(_ folder: ModelFolder) -> NaiveArithmetic {
        NaiveArithmetic(weights: Dictionary(uniqueKeysWithValues: folder.model.parameters.map { ($0.name, $0.tensor) }))
    }

    private func features(_ folder: ModelFolder) throws -> ImageFeatures {
        let parity = try ParityCase.named("blip2-olmoe-a")
        return folder.model.features(of: try parity.tensor("batch_pixel_values").slice(1..<2))
    }

    @Test func `linear and mlp make an image token of each patch`() throws {
        for kind in [BridgeKind.linear, .mlp] {
            let folder = try Self.folder(kind)
            let naive = Self.naive(folder)
            let features = try features(folder)
            let patches = Array(NaiveArithmetic.rows(features.tensor).dropFirst())  // without the class token
            var expected = naive.linear(patches, "multi_modal_projector.linear_1")
            if kind == .mlp {
                let hidden = expected.map { $0.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) } }
                expected = naive.linear(hidden, "multi_modal_projector.linear_2")
            }

            let queries = folder.model.queryTokens(of: features)
            let made = folder.model.embeddings(of: queries).tensor

            #expect(made.shape == [1, 4, 24] && folder.model.queries == 4 && queries.tensor.shape == [1, 4, 24])
            #expect(NaiveArithmetic.difference(expected, made) < 1e-5)
            #expect(folder.model.parameters.allSatisfy { !$0.name.hasPrefix("qformer.") })
        }
    }

    @Test func `a perceiver's latents look at features and at themselves`() throws {
        let folder = try Self.folder(.perceiver)
        let naive = Self.naive(folder)
        let features = try features(folder)
        let seen = NaiveArithmetic.rows(features.tensor)
        var x = NaiveArithmetic.rows(try #require(naive.weights["resampler.latents"]))
        for layer in ["resampler.layers.0", "resampler.layers.1"] {
            let normed = naive.norm(x, layer + ".latent_norm")
            let keys = naive.norm(seen, layer + ".media_norm") + normed
            let attended = naive.attention(
                naive.linear(normed, layer + ".to_q"), naive.linear(keys, layer + ".to_k"),
                naive.linear(keys, layer + ".to_v"), heads: 2,
                visible: Array(repeating: 0..<keys.count, count: 3))
            x = NaiveArithmetic.sum(x, naive.linear(attended, layer + ".to_out"))
            x = NaiveArithmetic.sum(x, naive.feedForward(x, layer))
        }
        let expected = naive.norm(x, "resampler.norm")

        let queries = folder.model.queryTokens(of: features)

        #expect(queries.tensor.shape == [1, 3, 24] && folder.model.queries == 3)
        #expect(NaiveArithmetic.difference(expected, queries.tensor) < 1e-4)
        let embeddings = folder.model.embeddings(of: queries).tensor
        #expect(NaiveArithmetic.difference(naive.linear(expected, "resampler.projection"), embeddings) < 1e-4)
    }

    @Test(arguments: [
        (#"{"model_type": "siglip_vision_model", "#, 16), (#"{"model_type": "vit", "#, 16),
        (#"{"model_type": "dinov2_with_registers", "mlp_ratio": 2, "num_register_tokens": 2, "#, 16),
    ])
    func `class token and registers of any encoder are left out`(vision: String, patches: Int) throws {
        let text =
            vision
            + #""hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 28, "patch_size": 7}"#
        let kind = try VisionEncoderKind(ConfigObject(bytes: Array(text.utf8), file: "config.json"))
        let encoder = kind.makeEncoder(in: ParameterScope(RandomParameters(seed: 1)))
        let features = encoder(Tensor(repeating: 0.5, [1, 3, 28, 28]))
        #expect(features.shape[1] == kind.leadingTokens + patches && kind.patches == patches)
    }

    /// A folder of ours whose config says the bridge.
    private func ownFolder(_ bridge: String) throws -> ScratchFolder {
        let folder = try ScratchFolder(copying: Self.base)
        let config = try JSONValue(parsing: Array(Data(contentsOf: URL(filePath: Self.base + "/config.json"))))
        let kept = try #require(config.object).members.filter { $0.key != "model_type" }
        let members =
            kept + [
                (key: "model_type", value: JSONValue.string("lorgnette")),
                (key: BridgeDesign.bridgeKey, value: try JSONValue(parsing: Array(bridge.utf8))),
            ]
        try folder.write(JSONValue.object(members).text, "config.json")
        return folder
    }

    @Test func `a folder's config says which bridge`() throws {
        let folder = try ownFolder(#"{"kind": "perceiver", "latents": 2, "layers": 1, "heads": 1, "head_width": 4}"#)
        let configuration = try BLIP2Configuration(ConfigObject(path: folder.file("config.json")))
        let scope = ParameterScope(RandomParameters(seed: 12))
        _ = configuration.makeModel(in: scope)
        try SafetensorsWriter().write(
            scope.parameters.map { SafetensorsItem($0.name, $0.tensor) }, to: folder.file("model.safetensors"))

        let loaded = try ModelFolder(path: folder.path)

        #expect(loaded.model.queries == 2 && loaded.configuration.design.kind == .perceiver)
        #expect(loaded.model.parameters.map(\.name) == scope.parameters.map(\.name))
        #expect {
            _ = try ModelExport(base: folder.path, bridge: nil)
        } throws: {
            if case .notExportable? = $0 as? ModelFolderError { "\($0)".contains("perceiver") } else { false }
        }
    }

    @Test(arguments: [
        (#"{"kind": "telepathy"}"#, "bridge_config.kind"), (#"{}"#, "bridge_config.kind"),
        (#"{"kind": "mlp", "hidden": -1}"#, "bridge_config.hidden"),
        (#"{"kind": "perceiver", "latents": 16000000}"#, "bridge_config.expansion"),
        (#"{"kind": "perceiver", "layers": 9999}"#, "bridge_config.layers"), (#"3"#, "bridge_config"),
    ])
    func `a bridge that cannot be is told by its key`(bridge: String, key: String) throws {
        let folder = try ownFolder(bridge)
        #expect {
            _ = try ModelFolder(path: folder.path)
        } throws: {
            if case .config(let error)? = $0 as? ModelFolderError { error.description.contains(key) } else { false }
        }
    }

    @Test func `a projector wants pictures of its size`() throws {
        let folder = try ScratchFolder(copying: Self.base)
        let config = try folder.text("preprocessor_config.json")
        try folder.write(config.replacing("28", with: "42"), "preprocessor_config.json")
        #expect {
            _ = try ModelFolder(path: folder.path, new: NewBridge(kind: .linear, seed: 0))
        } throws: {
            if case .otherPatches(_, 28)? = $0 as? ModelFolderError { "\($0)".contains("28×28") } else { false }
        }
        _ = try ModelFolder(path: folder.path, new: NewBridge(kind: .perceiver, seed: 0))
    }

    @Test func `a new bridge is the seed's`() throws {
        func embeddings(_ seed: UInt64) throws -> [UInt8] {
            let folder = try ModelFolder(path: Self.base, new: NewBridge(kind: .mlp, seed: seed))
            return folder.model.imageEmbeddings(of: Tensor(repeating: 0.25, [1, 3, 28, 28])).tensor.bytes
        }
        #expect(try embeddings(1) == embeddings(1) && embeddings(1) != embeddings(2))
    }
}
