import Checkpoints
import JSONText
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

@Suite struct LorgnetteFolderTests {
    private var configuration: LorgnetteDecoderConfiguration {
        var configuration = DecoderGrid.small
        configuration.activation = .relu
        configuration.sparsity = SparsityRules(block: 8, rank: 8)
        configuration.experts = RoutingRules(.biasBalanced, experts: 4, perToken: 2)
        (configuration.expertHidden, configuration.sharedHidden) = (32, 16)
        configuration.positions = .xpos
        return configuration
    }

    private func logits(_ model: LanguageModel) -> [Float] {
        let embedded = model.embeddings(of: tokens(9)).reshaped([1, 9, model.embeddingWidth])
        return model.logits(embedded).logits.array
    }

    @Test func `a folder that was written is the same decoder`() throws {
        let folder = try ScratchFolder()
        let scope = ParameterScope(RandomParameters(seed: 5))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        decoder.balanceRouters(loads: [[9, 1, 1, 1], [1, 9, 1, 1]])

        try configuration.write(
            scope.parameters, others: [("bos_token_id", .integer(1)), ("eos_token_id", .integer(2))],
            toFolder: folder.path)
        let read = try LanguageModelFolder(path: folder.path)

        #expect(read.kind == LanguageModelKind(configuration) && read.beginID == 1 && read.endIDs == [2])
        #expect(logits(read.model) == logits(.decoder(decoder)))
        #expect(read.parameters.map(\.name) == scope.parameters.map(\.name))
        #expect(
            read.parameters.contains { $0.name == "model.layers.1.mlp.experts.3.read.weight" && $0.tensor.isMapped })
    }

    @Test func `it is written in bf16 where asked, vectors stay float32`() throws {
        let folder = try ScratchFolder()
        let scope = ParameterScope(RandomParameters(seed: 5)) / "language_model"
        _ = LorgnetteDecoder(configuration, in: scope)

        try configuration.write(
            scope.parameters, prefix: "language_model.", dtype: .bf16, toFolder: folder.path)
        let read = try LanguageModelFolder(path: folder.path)

        #expect(read.parameters.count == scope.parameters.count)
        for (a, b) in zip(read.parameters, scope.parameters) {
            let dtype = b.tensor.shape.count < 2 ? DType.f32 : .bf16
            #expect("language_model." + a.name == b.name)
            #expect(a.tensor.dtype == dtype && a.tensor.array == b.tensor.converted(to: dtype).array)
        }
    }

    @Test func `a damaged folder is told`() throws {
        let folder = try ScratchFolder()
        let scope = ParameterScope(RandomParameters(seed: 5))
        _ = LorgnetteDecoder(configuration, in: scope)
        try configuration.write(scope.parameters, toFolder: folder.path)
        try folder.replace("\"block_size\": 8", with: "\"block_size\": 4", in: "config.json")

        // Another block length fits the same weights; another rank does not.
        #expect(throws: Never.self) { try LanguageModelFolder(path: folder.path) }
        try folder.replace("\"controller_rank\": 8", with: "\"controller_rank\": 9", in: "config.json")
        let error = try #require(throws: ModelFolderError.self) { try LanguageModelFolder(path: folder.path) }
        #expect(error.description.contains("controller.reduce.weight"))
        try folder.remove("config.json")
        let missing = try #require(throws: ModelFolderError.self) { try LanguageModelFolder(path: folder.path) }
        #expect(missing.isMissingInput)
    }

    @Test func `it stands behind a bridge as a text config`() throws {
        let text = JSONValue.object([
            ("model_type", .string("blip-2")), ("text_config", configuration.json()),
        ]).text
        let blip2 = try BLIP2Configuration(ConfigObject(bytes: Array(text.utf8), file: "config.json"))

        #expect(blip2.text == LanguageModelKind(configuration))
        #expect(blip2.text.embeddingWidth == 32 && blip2.text.modelType == "lorgnette_decoder")
    }

    @Test func `parameters of a token are counted over the whole model`() {
        let cost = configuration.cost
        // By hand: attention 4·32², norms 2·32, router 4·32 + 4, an expert of 32 units: controller 8·32 + 32·8 + 32, rows
        // 2·32·32 of which one in 8, bias 32; the shared one of 16 units likewise.
        let expert = (all: 544 + 2 * 1024 + 32, active: 544 + 2 * 1024 / 8 + 32)
        let shared = (all: 8 * 32 + 16 * 8 + 16 + 2 * 512 + 32, active: 8 * 32 + 16 * 8 + 16 + 2 * 512 / 8 + 32)
        let layer = 4 * 1024 + 64 + 132
        let ends = 50 * 32 + 32

        #expect(cost.parameters == 2 * (layer + 4 * expert.all + shared.all) + ends + 50 * 32)
        #expect(cost.activeParameters == 2 * (layer + 2 * expert.active + shared.active) + ends + 32)
        #expect(cost.bytesPerToken() == 4 * cost.activeParameters)
        #expect(LanguageModelKind(configuration).inactiveParametersPerToken == cost.inactiveParameters)
    }

    @Test func `the rows that decoding counts are those of the cost`() throws {
        let scope = ParameterScope(RandomParameters(seed: 5))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        var pass = DecoderPass(tokens: 1, after: [decoder.makeCache()])
        pass.reports = LayerReports()

        _ = decoder.hiddenStates(decoder.embeddings(of: [3]).reshaped([1, 1, 32]), pass: &pass)

        let counted = pass.reports?.sparsity.compactMap(\.rows).reduce(ChosenRowCount(), +)
        // Two layers, of two experts of 32 units and one of 16, one unit in 8.
        #expect(counted == ChosenRowCount(read: 2 * (4 + 4 + 2), written: 2 * (4 + 4 + 2)))
    }
}
