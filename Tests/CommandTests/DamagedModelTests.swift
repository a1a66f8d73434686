import Checkpoints
import Foundation
import TestFixtures
import Testing

/// Model folders that cannot be used: one clear message, the right status, never a crash.
@Suite struct DamagedModelTests {
    /// What is done to a good folder, the status it must give, and what the message must name.
    struct Damage: Sendable, CustomStringConvertible {
        let description: String
        let status: Int32
        let named: [String]
        var model = Models.opt
        let doing: @Sendable (ScratchFolder) throws -> Void

        /// A text of config.json replaced.
        static func config(_ text: String, _ other: String, _ named: String..., model: String = Models.opt) -> Damage {
            Damage(
                description: "config.json: \(text) → \(other) in \(model)", status: 65, named: named, model: model
            ) { try $0.replace(text, with: other, in: "config.json") }
        }

        /// A file written anew.
        static func file(_ name: String, _ text: String, _ named: String..., model: String = Models.opt) -> Damage {
            Damage(
                description: "\(name) = \(text.prefix(60))", status: 65, named: [name] + named, model: model
            ) { try $0.write(text, name) }
        }

        /// A file taken away.
        static func without(_ name: String, status: Int32, _ named: String..., model: String = Models.opt) -> Damage {
            Damage(description: "no \(name)", status: status, named: named, model: model) { try $0.remove(name) }
        }
    }

    static let damages: [Damage] = [
        .without("config.json", status: 66, "config.json"),
        .without("model.safetensors", status: 65, "no weights here", "model.safetensors"),
        .without("tokenizer.json", status: 65, "tokenizer"),
        .file("config.json", "{\"model_type\": ", "byte"),
        .file("config.json", "[]", "an object"),
        .file("config.json", ""),
        .config("\"blip-2\"", "\"blip-9\"", "model_type", "blip-9", "blip-2"),
        .config("\"opt\"", "\"gpt9\"", "text_config.model_type", "gpt9"),
        .config("\"hidden_size\": 16", "\"hidden_size\": \"wide\"", "qformer_config.hidden_size", "wide"),
        .config("\"hidden_size\": 16", "\"hidden_size\": -4", "qformer_config.hidden_size", "-4"),
        .config("\"num_query_tokens\": 5", "\"num_query_tokens\": 6", "query_tokens", "[1, 6, 16]", "[1, 5, 16]"),
        .config("\"num_query_tokens\": 5", "\"num_query_tokens\": 0", "num_query_tokens"),
        .config("\"num_query_tokens\": 5", "\"num_query_tokens\": 99999999999999999999", "num_query_tokens"),
        .config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000", "num_hidden_layers", "at most 4096"),
        .config(
            "\"num_experts\": 6", "\"num_experts\": 10000000", "num_experts", "at most 4096", model: Models.olmoe),
        .config("\"patch_size\": 14", "\"patch_size\": 7", "of another shape", "patch_embedding"),
        .config("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"wavy\"", "hidden_act", "wavy"),
        .file("preprocessor_config.json", "{\"size\": "),
        .file("preprocessor_config.json", "{\"size\": {\"height\": -3, \"width\": 28}}"),
        .file("preprocessor_config.json", "{\"image_mean\": [1, 2]}"),
        .file("preprocessor_config.json", "{\"image_std\": [0, 1, 1]}"),
        .file("generation_config.json", "{"),
        .file("generation_config.json", "{\"temperature\": 0}", "temperature"),
        .file("generation_config.json", "{\"max_new_tokens\": \"many\"}", "max_new_tokens"),
        .file("generation_config.json", "{\"num_beams\": 0}", "num_beams"),
        .file("generation_config.json", "{\"num_beams\": 1000000}", "num_beams"),
        .file("generation_config.json", "{\"num_return_sequences\": 1000000}", "num_return_sequences"),
        .file("generation_config.json", "{\"num_beams\": 2, \"num_return_sequences\": 3}", "num_return_sequences"),
        .file("generation_config.json", "{\"eos_token_id\": \"end\"}", "eos_token_id"),
        .file("lorgnette.json", "{\"prompts\": 5}", "prompts"),
        .file("lorgnette.json", "{\"prompts\": {\"ask\": \"What?\"}}", "prompts.ask", "{question}"),
        .file("lorgnette.json", "not JSON"),
        .file("tokenizer.json", "{}"),
        .file("tokenizer.json", "{\"model\": {\"type\": \"BPE\""),
        .file("tokenizer_config.json", "[1, 2"),
        Damage(description: "weights cut short", status: 65, named: ["model.safetensors", "cut short"]) {
            try $0.write(Array($0.bytes("model.safetensors").dropLast(1_000)), "model.safetensors")
        },
        Damage(description: "weights cut within the header", status: 65, named: ["model.safetensors", "cut short"]) {
            try $0.write(Array($0.bytes("model.safetensors").prefix(500)), "model.safetensors")
        },
        Damage(description: "empty weights", status: 65, named: ["model.safetensors"]) {
            try $0.write("", "model.safetensors")
        },
        Damage(description: "a tensor too few", status: 65, named: ["missing (1)", "query_tokens"]) {
            try rewrite($0) { $0.filter { $0.name != "query_tokens" } }
        },
        Damage(description: "a tensor too many", status: 65, named: ["unused (1)", "surplus.weight"]) {
            try rewrite($0) {
                $0 + [SafetensorsItem("surplus.weight", type: .f32, shape: [2], bytes: Array(repeating: 0, count: 8))]
            }
        },
        Damage(description: "a tensor of whole numbers", status: 65, named: ["not weights (1)", "query_tokens", "I32"])
        {
            try rewrite($0) { items in
                items.filter { $0.name != "query_tokens" } + [
                    SafetensorsItem(
                        "query_tokens", type: .i32, shape: [1, 5, 16], bytes: Array(repeating: 0, count: 320))
                ]
            }
        },
        Damage(
            description: "no shard", status: 65, named: ["model-00002-of-00002.safetensors"],
            model: "fixtures/parity/blip2-olmoe-c"
        ) { try $0.remove("model-00002-of-00002.safetensors") },
        Damage(
            description: "a damaged index", status: 65, named: ["model.safetensors.index.json"],
            model: "fixtures/parity/blip2-olmoe-c"
        ) { try $0.write("{\"weight_map\": 3}", "model.safetensors.index.json") },
    ]

    /// Writes the weights again with other tensors.
    private static func rewrite(
        _ folder: ScratchFolder, _ change: ([SafetensorsItem]) throws -> [SafetensorsItem]
    ) throws {
        let file = try SafetensorsFile(path: folder.file("model.safetensors"))
        let items = file.entries.map {
            SafetensorsItem($0.name, type: $0.type, shape: $0.shape, bytes: file.bytes(of: $0))
        }
        try SafetensorsWriter().write(try change(items), to: folder.file("new"))
        try folder.write(folder.bytes("new"), "model.safetensors")
        try folder.remove("new")
    }

    @Test(arguments: damages)
    func `is refused with the reason`(damage: Damage) throws {
        let folder = try ScratchFolder(copying: Repository.path(damage.model))
        try damage.doing(folder)

        let run = try CommandRun(["caption", "-m", folder.path, "\(damage.model)/image_0.png"])

        #expect(run.status == damage.status, "\(run.errors)")
        #expect(run.output.isEmpty && run.errors.hasPrefix("error: \(folder.path)"), "\(run.errors)")
        for name in damage.named { #expect(run.errors.contains(name), "\(run.errors)") }
    }

    /// Ids that the model has no embedding for.
    @Test func `a tokenizer of another model`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            try folder.write(
                Array(Data(contentsOf: URL(filePath: Repository.path("fixtures/tiny-blip2-olmoe/\(name)")))), name)
        }

        let run = try CommandRun([
            "ask", "-m", folder.path, folder.file("image_0.png"), "Strange words, zebra crossings and xylophones?",
        ])

        #expect(run.status == 65 && run.output.isEmpty)
        #expect(run.errors.contains("do not belong together"), "\(run.errors)")
    }

    @Test(arguments: ["-7", "100000"]) func `a start token that has no embedding`(id: String) throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        let text = try folder.text("config.json")
        try folder.write(
            text.replacingOccurrences(of: "\"bos_token_id\": 2", with: "\"bos_token_id\": \(id)"), "config.json")

        let run = try CommandRun(["caption", "-m", folder.path, folder.file("image_0.png")])

        #expect(run.status == 65 && run.errors.contains(id), "\(run.errors)")
    }

    @Test(arguments: ["0", "-2"]) func `a number of key-value heads that is none`(heads: String) throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.olmoe))
        let text = try folder.text("config.json")
        try folder.write(
            text.replacingOccurrences(of: "\"num_key_value_heads\": 1", with: "\"num_key_value_heads\": \(heads)"),
            "config.json")

        let run = try CommandRun(["caption", "-m", folder.path, folder.file("image_0.png")])

        #expect(run.status == 65 && run.errors.contains("num_key_value_heads"), "\(run.errors)")
    }

    @Test func `no image token and no start token, with every rule`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        let text = try folder.text("config.json")
        try folder.write(
            text.split(separator: "\n").filter { !$0.contains("bos_token_id") && !$0.contains("image_token_index") }
                .joined(separator: "\n"), "config.json")

        let run = try CommandRun([
            "caption", "-m", folder.path, folder.file("image_0.png"), "--no-repeat-ngram", "1",
            "--repetition-penalty", "2", "--max-tokens", "5",
        ])

        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func `weights that are not numbers still end`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        let file = try SafetensorsFile(path: folder.file("model.safetensors"))
        let entry = try #require(file.entry(named: "language_projection.weight"))
        var bytes = try folder.bytes("model.safetensors")
        bytes.replaceSubrange(entry.bytes, with: Array(repeating: 0xFF, count: entry.bytes.count))
        try folder.write(bytes, "model.safetensors")
        let options = ["caption", "-m", folder.path, "\(Models.opt)/image_0.png", "--max-tokens", "4", "--json"]

        for more in [
            [], ["--beams", "3"], ["--temperature", "1", "--top-p", "0.9", "--min-p", "0.1", "--top-k", "3"],
        ] {
            let run = try CommandRun(options + more)
            #expect(run.status == 0 || run.status == 65)
            #expect(try run.objects().count == 1)
        }
    }

    @Test func `a model that is a file, and one that is not there`() throws {
        let picture = "\(Models.opt)/image_0.png"

        let file = try CommandRun(["caption", "-m", picture, picture])
        let nowhere = try CommandRun(["caption", "-m", "/nowhere", picture])
        let empty = try CommandRun(["caption", "-m", try ScratchFolder().path, picture])

        #expect(file.status == 65 && nowhere.status == 66 && empty.status == 66)
        #expect([file, nowhere, empty].allSatisfy { $0.errors.hasPrefix("error: ") && $0.output.isEmpty })
    }
}
