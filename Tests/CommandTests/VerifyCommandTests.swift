import Checkpoints
import Foundation
import JSONText
import TestFixtures
import Testing

@Suite struct VerifyCommandTests {
    @Test(arguments: Models.all)
    func `transformers' reference holds at every stage`(model: String) throws {
        let run = try CommandRun(["verify", "-m", model, "--reference", "\(model)/reference.safetensors"])

        #expect(run.status == 0, "\(run.output)")
        let stages = run.lines.map { $0.components(separatedBy: "\t")[0] }
        #expect(stages == ["pixels", "features", "queries", "embeddings", "logits", "greedy"])
        #expect(run.lines.allSatisfy { $0.hasSuffix("\tok") })
    }

    /// Language models alone, vision encoders alone, bridges that read the prompt, bridges that compare.
    @Test(arguments: [
        ("fixtures/parity/text-olmoe-a", ["logits", "router", "hidden", "choices", "greedy", "beams"]),
        ("fixtures/parity/text-t5", ["logits", "hidden", "greedy", "beams"]),
        ("fixtures/parity/blip2-opt-a", ["tokenizer", "pixels", "embeddings", "logits", "greedy", "batch", "beams"]),
        ("fixtures/encoders/instructblip-llama", ["tokenizer", "queries", "logits", "greedy", "beams"]),
        ("fixtures/encoders/vision-dinov2", ["pixels", "features"]),
        ("fixtures/encoders/vision-clip_proj", ["features"]),
        ("fixtures/encoders/blip2-itm", ["tokenizer", "features", "queries", "vectors", "itc", "itm"]),
    ])
    func `every kind of folder, every stage`(folder: String, stages: [String]) throws {
        let command = ["verify", "-m", folder, "--reference", "\(folder)/reference.safetensors", "--all", "--json"]

        let run = try CommandRun(command)

        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let checks = try run.objects()
        #expect(checks.allSatisfy { $0.names == ["stage", "tensor", "difference", "tolerance", "near_tie", "ok"] })
        #expect(checks.allSatisfy { $0["ok"]?.bool == true })
        let found = checks.compactMap { $0["stage"]?.string }
        #expect(stages.allSatisfy(found.contains), "\(run.output)")
    }

    @Test(arguments: Models.all)
    func `one flipped bit of one weight is named`(model: String) throws {
        let folder = try ScratchFolder(copying: Repository.path(model))
        let record = folder.file("record.safetensors")
        let recorded = try CommandRun(["verify", "-m", folder.path, "--record", record, folder.file("image_1.png")])
        let untouched = try CommandRun(["verify", "-m", folder.path, "--reference", record])
        let checkpoint = try CheckpointFolder(path: folder.path)
        let file = try #require(checkpoint.files.last)
        let entry = file.entries[file.entries.count / 2]
        let name = URL(filePath: file.path).lastPathComponent
        var bytes = try folder.bytes(name)

        bytes[entry.bytes.lowerBound + entry.bytes.count / 2] ^= 1
        try folder.write(bytes, name)
        let flipped = try CommandRun(["verify", "-m", folder.path, "--reference", record])

        #expect(recorded.status == 0 && untouched.status == 0, "\(untouched.output) \(untouched.errors)")
        #expect(untouched.lines.first == "weights\t\(checkpoint.entries.count) tensors\tequal")
        #expect(flipped.status == 65 && flipped.output == "weights\t\(entry.name)\tdiffers\tWRONG\n")
        #expect(flipped.errors.contains("weights") && flipped.errors.contains(entry.name))
    }

    /// Without hashes the first stage behind a changed weight is named.
    @Test(arguments: [
        ("vision_model.", "features"), ("qformer.", "queries"), ("language_projection.weight", "embeddings"),
        ("language_model.model", "logits"),
    ])
    func `a wrong weight shows in its stage`(prefix: String, stage: String) throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        let file = try SafetensorsFile(path: folder.file("model.safetensors"))
        let entry = try #require(
            file.entries.first { $0.name.hasPrefix(prefix) && $0.shape.count == 2 && $0.shape[0] < 100 })
        var bytes = try folder.bytes("model.safetensors")

        for offset in stride(from: entry.bytes.lowerBound, to: entry.bytes.upperBound, by: 4) {
            bytes[offset + 3] ^= 0x80
        }
        try folder.write(bytes, "model.safetensors")
        let run = try CommandRun(["verify", "-m", folder.path, "--reference", "\(Models.opt)/reference.safetensors"])

        #expect(run.status == 65 && run.lines.last?.hasPrefix(stage + "\t") == true, "\(entry.name): \(run.output)")
        #expect(run.lines.last?.hasSuffix("WRONG") == true && run.errors.contains(stage))
    }

    @Test func `the reference of another model differs and nothing breaks`() throws {
        for other in Models.all where other != Models.opt {
            let run = try CommandRun(["verify", "-m", Models.opt, "--reference", "\(other)/reference.safetensors"])

            #expect(run.status == 65 && run.errors.contains("the first stage that differs"))
        }
    }

    @Test func `a reference of another model without pictures beside it differs at the first stage there is`() throws {
        let folder = try ScratchFolder()
        for other in Models.all where other != Models.olmoe {
            let bytes = try Data(contentsOf: URL(filePath: Repository.path("\(other)/reference.safetensors")))
            try folder.write(Array(bytes), "other.safetensors")

            let run = try CommandRun(["verify", "-m", Models.olmoe, "--reference", folder.file("other.safetensors")])

            #expect(run.status == 65, "\(other): \(run.output)\(run.errors)")
        }
    }

    /// Found by changing headers at random: shapes that promise what is not there.
    @Test(arguments: [
        ("batch_pixel_values", [0, 3, 28, 28], 0), ("batch_pixel_values", [1, 2, 28, 28], 1_568),
        ("batch_pixel_values", [1, 3, 5, 28], 420), ("batch_pixel_values", [], 1), ("batch_image_embeds", [5], 5),
        ("batch_qformer_output", [2, 0, 16], 0), ("projected", [1, 5, 7], 35), ("projected", [], 1),
        ("input_ids", [1, 3], 3), ("input_ids", [0], 0),
    ])
    func `a reference of other shapes is told, not trusted`(name: String, shape: [Int], count: Int) throws {
        let folder = try ScratchFolder()
        let file = try ParityCase.named("blip2-opt-a").reference
        var items = file.entries.filter { $0.name != name }.map {
            SafetensorsItem($0.name, type: $0.type, shape: $0.shape, bytes: file.bytes(of: $0))
        }
        let isIDs = name == "input_ids"
        items.append(
            SafetensorsItem(
                name, type: isIDs ? .i64 : .f32, shape: shape,
                bytes: Array(repeating: 0x3F, count: count * (isIDs ? 8 : 4))))
        try SafetensorsWriter().write(items, to: folder.file("other.safetensors"))

        let run = try CommandRun(["verify", "-m", Models.opt, "--reference", folder.file("other.safetensors")])

        #expect(run.status == (isIDs && count == 0 ? 0 : 65), "\(run.output)\(run.errors)")
    }

    @Test func `a record beside another picture is not taken for that picture's`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.opt))
        try folder.remove("image_1.png")
        let picture = try folder.write(Pictures.png(6), "other.png")
        let record = folder.file("record.safetensors")

        let recorded = try CommandRun(["verify", "-m", folder.path, "--record", record, picture])
        let verified = try CommandRun(["verify", "-m", folder.path, "--reference", record])

        #expect(recorded.status == 0 && verified.status == 0, "\(verified.output)")
    }

    @Test func `references that are no references`() throws {
        let folder = try ScratchFolder()
        let text = try folder.write("not tensors at all", "text.safetensors")

        let missing = try CommandRun(["verify", "-m", Models.opt, "--reference", "/nowhere.safetensors"])
        let wrong = try CommandRun(["verify", "-m", Models.opt, "--reference", text])
        let none = try CommandRun(["verify", "-m", Models.opt, "--reference", "\(Models.opt)/model.safetensors"])
        let unsaid = try CommandRun(["verify", "-m", Models.opt])
        let unwritable = try CommandRun(
            ["verify", "-m", Models.opt, "--record", "/nowhere/at/all", "\(Models.opt)/image_0.png"])

        #expect(missing.status == 66 && wrong.status == 65 && none.status == 65 && unsaid.status == 64)
        #expect(unwritable.status == 74)
        #expect(none.errors.contains("no tensor of any stage"))
    }
}
