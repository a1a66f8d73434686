import Checkpoints
import Foundation
import TensorEngine
import TestFixtures
import Testing
import VisionLanguage

/// Folders whose weights have the names of LAVIS.
@Suite struct LAVISNamesTests {
    /// LAVIS's name of a tensor that transformers calls `name`; two biases where it keeps queries' and values' apart.
    private func names(_ name: String, languageModel: String) -> [String] {
        let starts = [
            ("vision_model.embeddings.class_embedding", "visual_encoder.cls_token"),
            ("vision_model.embeddings.position_embedding", "visual_encoder.pos_embed"),
            ("vision_model.embeddings.patch_embedding.", "visual_encoder.patch_embed.proj."),
            ("vision_model.post_layernorm.", "ln_vision."), ("vision_model.encoder.layers.", "visual_encoder.blocks."),
            ("qformer.embeddings.layernorm.", "Qformer.bert.embeddings.LayerNorm."),
            ("qformer.layernorm.", "Qformer.bert.embeddings.LayerNorm."), ("qformer.", "Qformer.bert."),
            ("embeddings.", "Qformer.bert.embeddings."), ("language_projection.", "\(languageModel)_proj."),
            ("language_model.", "\(languageModel)_model."), ("vision_projection.", "vision_proj."),
            ("text_projection.", "text_proj."),
        ]
        guard let (start, other) = starts.first(where: { name.hasPrefix($0.0) }) else { return [name] }
        var made = other + name.dropFirst(start.count)
        if start.hasPrefix("vision_model.encoder") {
            for (old, new) in [
                (".layer_norm", ".norm"), (".self_attn.projection.", ".attn.proj."), (".self_attn.", ".attn."),
            ] { made = made.replacingOccurrences(of: old, with: new) }
            if made.hasSuffix("attn.qkv.bias") {
                return ["q", "v"].map { made.replacingOccurrences(of: "qkv.bias", with: "\($0)_bias") }
            }
        }
        if start == "qformer." {
            made = made.replacingOccurrences(of: "attention.attention.", with: "attention.self.")
        }
        return [made]
    }

    private func renamed(_ folder: String, languageModel: String) throws -> ScratchFolder {
        let copy = try ScratchFolder(copying: folder)
        if FileManager.default.fileExists(atPath: folder + "/qformer_tokenizer") {
            for name in try FileManager.default.contentsOfDirectory(atPath: copy.file("qformer_tokenizer"))
            where name.contains("reference") { try copy.remove("qformer_tokenizer/" + name) }
        }
        var items: [SafetensorsItem] = []
        for file in try CheckpointFolder(path: folder).files {
            for entry in file.entries {
                let tensor = try file.tensor(named: entry.name)
                let names = names(entry.name, languageModel: languageModel)
                if names.count == 1 {
                    items.append(SafetensorsItem(names[0], tensor))
                } else {
                    let width = tensor.count / 3
                    items.append(SafetensorsItem(names[0], tensor.slice(0..<width)))
                    items.append(SafetensorsItem(names[1], tensor.slice(2 * width..<3 * width)))
                }
            }
        }
        try SafetensorsWriter().write(items, to: copy.file("model.safetensors"))
        return copy
    }

    private func parameters(_ path: String) throws -> [Parameter] {
        let architecture = try FolderArchitecture(ConfigObject(path: path + "/config.json"))
        let source = CheckpointParameters(try CheckpointFolder(path: path), rules: architecture.rules)
        let scope = ParameterScope(source)
        architecture.visitParameters(in: scope)
        try source.finish()
        return scope.parameters
    }

    @Test(arguments: [
        ("fixtures/parity/blip2-opt-a", "opt"), ("fixtures/encoders/instructblip-llama", "llm"),
        ("fixtures/encoders/instructblip-t5", "t5"), ("fixtures/encoders/blip2-itm", ""),
    ])
    func `every weight finds its place`(folder: String, languageModel: String) throws {
        let base = Repository.path(folder)
        let copy = try renamed(base, languageModel: languageModel)
        let names = try CheckpointFolder(path: copy.path).entries.map(\.name)
        #expect(names.contains { $0.hasPrefix("visual_encoder.blocks.0.attn.q_bias") })
        #expect(names.contains { $0.contains("attention.self.query") })

        let here = try parameters(copy.path)

        let there = try parameters(base)
        #expect(here.map(\.name) == there.map(\.name))
        for (found, wanted) in zip(here, there) {
            guard found.name.hasSuffix("qkv.bias") else {
                #expect(found.tensor.array == wanted.tensor.array, "\(found.name)")
                continue
            }
            let width = wanted.tensor.count / 3
            let values = wanted.tensor.array
            let expected = values[..<width] + Array(repeating: 0, count: width) + values[(2 * width)...]
            #expect(found.tensor.array == Array(expected), "\(found.name)")
        }
    }

    @Test func `a pickle is told, not read`() throws {
        let folder = try ScratchFolder(copying: Repository.path("fixtures/parity/blip2-opt-a"))
        try folder.remove("model.safetensors")
        try folder.write("not read", "blip2_pretrained_opt2.7b.pth")

        #expect(
            throws: CheckpointError.weightsInOtherFormat(
                folder: folder.path, files: ["blip2_pretrained_opt2.7b.pth"])
        ) { try CheckpointFolder(path: folder.path) }
    }
}
