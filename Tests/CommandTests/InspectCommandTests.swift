import Foundation
import JSONText
import NeuralLayers
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

@Suite struct InspectCommandTests {
    private func json(_ path: String) throws -> JSONObject {
        let run = try CommandRun(["inspect", path, "--json"])
        #expect(run.status == 0 && run.lines.count == 1)
        return try run.objects()[0]
    }

    @Test(arguments: Models.all)
    func `a model folder`(model: String) throws {
        let found = try json(model)

        #expect(found["kind"]?.string == "model" && found["model_type"]?.string == "blip-2")
        #expect(found["supported"]?.bool == true)
        #expect(found["language_model"]?.string == (model.contains("olmoe") ? "olmoe" : "opt"))
        let (all, active) = (found["parameters"]?.integer ?? 0, found["active_parameters"]?.integer ?? 0)
        let config = try JSONValue(
            parsing: Array(Data(contentsOf: URL(filePath: Repository.path(model + "/config.json")))))
        let (experts, chosen) = (
            config["text_config"]?["num_experts"]?.integer ?? 1,
            config["text_config"]?["num_experts_per_tok"]?.integer ?? 1
        )
        #expect(all > 0 && (experts > chosen ? active < all : active == all))
        let weights = try FileManager.default.contentsOfDirectory(atPath: Repository.path(model))
            .filter { $0.hasPrefix("model") && $0.hasSuffix(".safetensors") }
        #expect(found["files"]?.integer == weights.count)
        #expect(found["dtypes"]?.object?.names == [model.hasSuffix("-c") ? "BF16" : "F32"])
    }

    @Test func `our own decoder alone, and what a token reads of it`() throws {
        let folder = try ScratchFolder()
        var configuration = LorgnetteDecoderConfiguration()
        (configuration.vocabularySize, configuration.width, configuration.layers) = (64, 32, 1)
        (configuration.heads, configuration.keyValueHeads, configuration.headWidth) = (2, 2, 16)
        (configuration.hidden, configuration.activation) = (128, .relu)
        configuration.sparsity = SparsityRules(block: 16, rank: 16)
        let scope = ParameterScope(RandomParameters(seed: 1))
        _ = LorgnetteDecoder(configuration, in: scope)
        try configuration.write(scope.parameters, toFolder: folder.path)

        let found = try json(folder.path)

        let all = scope.parameters.reduce(0) { $0 + $1.tensor.count }
        let idle = 2 * 128 * 32 * 15 / 16 + 63 * 32  // rows that are not chosen, rows of the token table
        #expect(found["model_type"]?.string == "lorgnette_decoder" && found["supported"]?.bool == true)
        #expect(found["parameters"]?.integer == all && found["active_parameters"]?.integer == all - idle)
        #expect(found["bytes_per_token"]?["bf16"]?.integer == 2 * (all - idle))
    }

    @Test func `a model folder in words`() throws {
        let run = try CommandRun(["inspect", Models.olmoe])

        #expect(run.status == 0 && run.lines[0] == "kind: model")
        #expect(run.lines.contains("language_model: olmoe") && run.lines.contains("files: 1"))
    }

    @Test func `a model of a kind that is not supported is told, not refused`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        try folder.replace("\"blip-2\"", with: "\"blip-9\"", in: "config.json")

        let found = try json(folder.path)

        #expect(found["supported"]?.bool == false && found["missing"]?.string?.contains("blip-9") == true)
    }

    @Test func `weights that are missing, do not fit or are no safetensors are told`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        try folder.replace("\"ffn_dim\": 48", with: "\"ffn_dim\": 44", in: "config.json")

        let wrong = try json(folder.path)
        try folder.write("x", "pytorch_model.bin")
        try folder.remove("model.safetensors")
        let pickled = try json(folder.path)

        #expect(wrong["supported"]?.bool == false && wrong["missing"]?.string?.contains("of another shape") == true)
        #expect(pickled["supported"]?.bool == false)
        #expect(pickled["missing"]?.string?.contains("pytorch_model.bin") == true)
        #expect(pickled["language_model"]?.string == "opt" && pickled["image_size"]?.integer == 28)
    }

    @Test func `a kind we know nothing of is told with all that we know`() throws {
        let folder = try ScratchFolder(copying: Repository.path("fixtures/parity/text-llama"))
        try folder.replace("\"llama\"", with: "\"whisper\"", in: "config.json")

        let found = try json(folder.path)

        #expect(found["supported"]?.bool == false && found["parameters"]?.integer ?? 0 > 0)
        let missing = try #require(found["missing"]?.string)
        #expect(missing.contains("\"whisper\"") && missing.contains("olmoe") && missing.contains("instructblip"))
    }

    @Test func `pictures, by content`() throws {
        let folder = try Pictures.folder()

        let (png, jpeg, hidden) = try (
            json(folder.file("a.png")), json(folder.file("b.jpg")), json(folder.file("c.bin"))
        )

        #expect(png["format"]?.string == "PNG" && jpeg["format"]?.string == "JPEG" && hidden["format"]?.string == "PNG")
        #expect(png["width"]?.integer == 40 && png["height"]?.integer == 30 && png["transparency"]?.bool == false)
        #expect(png["bytes"]?.integer == (try folder.bytes("a.png").count))
    }

    @Test func `a tensor file`() throws {
        let found = try json("\(Models.opt)/reference.safetensors")

        let tensors = try #require(found["tensors"]?.array)
        #expect(found["kind"]?.string == "tensors" && found["count"]?.integer == tensors.count)
        #expect(tensors.allSatisfy { $0.object?.names == ["name", "dtype", "shape"] })
        let ids = try #require(tensors.first { $0["name"]?.string == "input_ids" })
        #expect(ids["dtype"]?.string == "I64" && ids["shape"]?.array?.count == 2)
    }

    @Test func `what is not there, and what is nothing of these`() throws {
        let folder = try Pictures.folder()
        let short = try folder.write("x", "short.safetensors")

        let runs = try ["/nowhere", folder.file("d.txt"), short, folder.file("deep")].map {
            try CommandRun(["inspect", $0])
        }

        #expect(runs.map(\.status) == [66, 65, 65, 66])
        #expect(runs.allSatisfy { $0.output.isEmpty && $0.errors.hasPrefix("error: ") && $0.errors.hasSuffix("\n") })
    }
}
