import Checkpoints
import Foundation
import Imaging
import JSONText
import ModelTraining
import TensorEngine
import TestFixtures
import Testing
import TextTokens
import VisionLanguage

/// Models put together of parts: made new, and taken from folders.
@Suite struct ModelAssemblyTests {
    private let scratch: ScratchFolder
    private let decoder: TinyDecoder

    init() throws {
        scratch = try ScratchFolder()
        decoder = try TinyDecoder(in: scratch)
    }

    private static let new = """
        parts:
          vision: {hidden_size: 24, num_hidden_layers: 2, num_attention_heads: 2, patch_size: 7}
          image: {size: 28, mean: [0.5, 0.5, 0.5]}
          queries: 3
          qformer: {hidden_size: 16, num_hidden_layers: 2, max_position_embeddings: 48}
        """

    private func parts(_ text: String = new, _ assignments: String...) throws -> ModelParts {
        try FinetuneRecipe(text: text, assignments: assignments).parts
    }

    private func written(_ parts: ModelParts, _ name: String, seed: UInt64 = 5) throws -> String {
        let path = scratch.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try ModelAssembly(parts, seed: seed).write(to: path)
        return path
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    private func values(_ parameters: [Parameter]) -> [String: [Float]] {
        Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor.array) })
    }

    @Test func `a model that is made new before a decoder loads and writes, the same for the same seed`() throws {
        let wanted = try parts(Self.new, "parts.language_model=\(decoder.path)")
        let first = try written(wanted, "one")
        let folder = try ModelFolder(path: first)
        let read = try LanguageModelFolder(path: decoder.path)

        #expect(folder.model.queries == 3 && folder.configuration.vision.imageSize == 28)
        #expect(folder.configuration.queryTransformer.contextLength == 48 && folder.bridgeTokenizer == nil)
        let own = values(folder.model.parameters)
        for parameter in read.parameters { #expect(own["language_model." + parameter.name] == parameter.tensor.array) }
        for part in ["vision_model.", "qformer.", "query_tokens", "language_projection."] {
            #expect(own.contains { $0.key.hasPrefix(part) && Set($0.value).count > 2 }, "\(part)")
        }
        // Matrices of a new querying transformer keep the size of what goes through them.
        let matrix = try #require(own["qformer.encoder.layer.0.attention.attention.query.weight"])
        let deviation = (matrix.reduce(0) { $0 + $1 * $1 } / Float(matrix.count)).squareRoot()
        #expect((0.2...0.3).contains(deviation))
        // Image embeddings begin at the size of the token embeddings.
        let tokens = read.model.embeddings(of: Array(0..<read.model.vocabularySize))
        let images = folder.model.imageEmbeddings(of: Tensor(repeating: 0.3, [1, 3, 28, 28])).tensor
        let ratio = (images.sumOfSquares / Double(images.count)) / (tokens.sumOfSquares / Double(tokens.count))
        #expect((0.3...3).contains(ratio))

        #expect(try bytes(first + "/model.safetensors") == bytes(written(wanted, "two") + "/model.safetensors"))
        let other = try ModelFolder(path: written(wanted, "three", seed: 6))
        #expect(values(other.model.parameters)["query_tokens"] != own["query_tokens"])
    }

    @Test func `an encoder's own pre-processing stays but for what the recipe says`() throws {
        let source = try written(
            parts(Self.new, "parts.tokenizer=\(decoder.path)", "parts.image.std=[0.2, 0.3, 0.4]"), "source")
        func processor(_ assignments: String...) throws -> ImageProcessorConfiguration {
            let wanted = try FinetuneRecipe(assignments: ["parts.from=\(source)"] + assignments).parts
            return try ImageProcessor(modelFolder: written(wanted, UUID().uuidString)).configuration
        }

        #expect(try processor("parts.image.size=35").normalization?.mean == [0.5, 0.5, 0.5])
        #expect(try processor("parts.image.size=35").normalization?.deviation == [0.2, 0.3, 0.4])
        #expect(try processor("parts.image.mean=[0.1, 0.2, 0.3]").normalization?.mean == [0.1, 0.2, 0.3])
        #expect(try processor("parts.image.mean=[0.1, 0.2, 0.3]").size == .exact(height: 28, width: 28))
        #expect(throws: TrainingError.self) { try processor("parts.image.mean=[1, 2]") }
    }

    @Test func `without a language model it compares, and trains its first stage`() throws {
        let path = try written(parts(Self.new, "parts.tokenizer=\(decoder.path)"), "first")

        let matching = try MatchingFolder(path: path)
        let folder = try FirstStageFolder(path: path, seed: 9)

        #expect(folder.writingID == matching.configuration.queryTransformer.vocabularySize - 1)
        #expect(folder.model.temperature.tensor.array == [FirstStageModel.startTemperature])
        #expect(matching.configuration.sharedWidth == 16)
        let ids = try folder.tokenizer.ids("a red circle")
        #expect(folder.tokenizer.written(ids, from: folder.writingID).first == folder.writingID)
        let error = try #require(throws: ModelFolderError.self) { try ModelFolder(path: path) }
        #expect("\(error)".contains("text_config"))
    }

    @Test func `a second stage begins with the first one's weights, its bridge reads prompts where asked`() throws {
        let first = try written(parts(Self.new, "parts.tokenizer=\(decoder.path)"), "first")
        let from = "parts: {from: \(first), language_model: \(decoder.path)}"
        let plain = try ModelFolder(path: written(parts(from), "second"))
        let reading = try ModelFolder(
            path: written(parts(from, "parts.qformer={use_qformer_text_input: true}"), "reading"))
        let source = values(try FirstStageFolder(path: first, seed: 0).model.parameters)

        for model in [plain.model, reading.model] {
            let own = values(model.parameters)
            for name in own.keys
            where ["vision_model.", "query_tokens", "qformer.encoder."].contains(where: name.hasPrefix) {
                #expect(own[name] == source[name], "\(name)")
            }
        }
        #expect(plain.bridgeTokenizer == nil && reading.bridgeTokenizer != nil)
        let own = values(reading.model.parameters)
        #expect(own["qformer.embeddings.word_embeddings.weight"] == source["embeddings.word_embeddings.weight"])
        #expect(own["qformer.embeddings.layernorm.weight"] == source["qformer.layernorm.weight"])
        #expect(try reading.instruction("what colour") != nil)

        // And back: the first stage goes on with what a second one changed.
        let back = try FirstStageFolder(path: written(parts("parts: {from: \(reading.path)}"), "back"), seed: 0)
        let again = values(back.model.parameters)
        for name in ["embeddings.word_embeddings.weight", "qformer.layernorm.bias", "query_tokens"] {
            #expect(again[name] == source[name], "\(name)")
        }
    }

    @Test func `prompts begin with nothing where the recipe says so`() throws {
        let file = URL(filePath: decoder.path + "/tokenizer.json")
        let tokenizer = try JSONValue(parsing: Array(Data(contentsOf: file)))
        let start = #"{"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}"#
        let text = #"{"Sequence": {"id": "A", "type_id": 0}}"#
        let template = try JSONValue(
            parsing: Array(
                #"{"type": "TemplateProcessing", "single": [\#(start), \#(text)], "pair": [\#(start), \#(text)], "#.utf8
            )
                + Array(
                    #""special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}}}"#
                        .utf8))
        let members = try #require(tokenizer.object).members.map {
            (key: $0.key, value: $0.key == "post_processor" ? template : $0.value)
        }
        try Data(JSONValue.object(members).text.utf8).write(to: file)
        let wanted = "parts.language_model=\(decoder.path)"
        let usual = try ModelFolder(path: written(parts(Self.new, wanted), "usual"))
        let bare = try ModelFolder(path: written(parts(Self.new, wanted, "parts.prompts.begin=false"), "bare"))

        let ids = try bare.promptIDs("a red circle")
        #expect(ids == usual.tokenizer.encode("a red circle", addingSpecialTokens: false))
        #expect(try usual.promptIDs("a red circle") == [0] + ids)
        #expect(usual.tokenizer.identifierEnd == bare.tokenizer.identifierEnd)
    }

    @Test func `a bridge without a text side gets one, begun as its queries'`() throws {
        let base = Repository.path("fixtures/parity/blip2-olmoe-a")
        let path = try written(parts("parts: {from: \(base)}", "parts.tokenizer=\(decoder.path)"), "first")
        let own = values(try FirstStageFolder(path: path, seed: 0).model.parameters)
        let source = values(try ModelFolder(path: base).model.parameters)

        #expect(own["query_tokens"] == source["query_tokens"])
        let text = "qformer.encoder.layer.0.output.dense.weight"
        #expect(own[text] == source[text.replacing(".output.", with: ".output_query.")])
        let attention = "qformer.encoder.layer.0.attention.output.dense.weight"
        #expect(own[attention] == source[attention])
    }

    @Test func `a vision encoder of its own folder stands before a new bridge`() throws {
        let encoder = Repository.path("fixtures/encoders/vision-siglip")
        let path = try written(
            parts(
                "parts: {queries: 2, qformer: {hidden_size: 16, num_hidden_layers: 1}}",
                "parts.vision={folder: \(encoder)}", "parts.language_model=\(decoder.path)"), "seeing")
        let folder = try ModelFolder(path: path)
        let config = try ConfigObject(path: encoder + "/config.json")
        let alone = try VisionFolder(path: encoder, kind: #require(try VisionEncoderKind.alone(config)))
        let side = folder.configuration.vision.imageSize
        let pixels = Tensor((0..<3 * side * side).map { Float($0 % 7) / 4 - 1 }, [1, 3, side, side])

        #expect(folder.model.features(of: pixels).tensor.array == alone.encoder(pixels).array)
    }

    @Test(arguments: [
        ("parts.vision={hidden_size: 24}", "parts.vision.num_hidden_layers"),
        ("parts.vision={hidden_size: 24, layers: 3}", "parts.vision.layers"),
        ("parts.qformer={hidden_size: 16, num_hidden_layers: 1, width: 3}", "parts.qformer.width"),
        ("parts.image.mean=[1, 2]", "parts.image.mean"), ("parts.image.size=99999", "parts.image.size"),
        ("parts.from=/nowhere", "/nowhere"), ("parts.language_model=/nowhere", "/nowhere"),
        (
            "parts.vision={hidden_size: 25, num_hidden_layers: 1, patch_size: 7, num_attention_heads: 2}",
            "num_attention"
        ),
        ("parts.qformer={hidden_size: 15, num_hidden_layers: 1, num_attention_heads: 2}", "num_attention"),
        ("parts.vision={folder: /nowhere}", "/nowhere"), ("parts.tokenizer=", "parts.tokenizer"),
    ])
    func `what cannot be put together is told by its key`(assignment: String, named: String) throws {
        let text = Self.new + "\n  tokenizer: \(decoder.path)"
        let error = try #require(throws: TrainingError.self) {
            _ = try ModelAssembly(parts(text, assignment), seed: 1)
        }
        #expect("\(error)".contains(named), "\(error)")
    }

    @Test func `sizes of parts that come from folders are not given again`() throws {
        let first = try written(parts(Self.new, "parts.tokenizer=\(decoder.path)"), "first")
        for (assignment, named) in [
            ("parts.queries=4", "parts.queries"), ("parts.vision={hidden_size: 24}", "parts.vision.hidden_size"),
            ("parts.tokenizer=\(decoder.path)", "parts.tokenizer"),
            ("parts.qformer={intermediate_size: 20}", "intermediate"),
        ] {
            let error = try #require(throws: TrainingError.self) {
                _ = try ModelAssembly(parts("parts: {from: \(first)}", assignment), seed: 1)
            }
            #expect("\(error)".contains(named), "\(error)")
        }
    }
}
