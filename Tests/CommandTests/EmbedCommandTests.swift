import Checkpoints
import TensorEngine
import TestFixtures
import Testing

@Suite struct EmbedCommandTests {
    @Test(
        arguments: Models.all,
        [
            ("pixels", "batch_pixel_values"), ("features", "batch_image_embeds"), ("queries", "batch_qformer_output"),
            ("embeddings", "batch_projected"),
        ])
    func `each stage of two pictures equals the reference`(model: String, stage: (String, String)) throws {
        let folder = try ScratchFolder()
        let parity = try ParityCase.named(String(model.split(separator: "/")[2]))

        let run = try CommandRun([
            "embed", "-m", model, "--stage", stage.0, "-o", folder.file("out.safetensors"), "\(model)/image_0.png",
            "\(model)/image_1.png",
        ])

        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        let file = try SafetensorsFile(path: folder.file("out.safetensors"))
        let expected = try parity.tensor(stage.1)
        let size = max(1, expected.array.map(abs).max() ?? 0)
        #expect(file.entries.map(\.name) == [stage.0])
        #expect(difference(try file.tensor(named: stage.0), expected) <= 1e-4 * size)
    }

    @Test func `a bad picture ends the command and nothing is written`() throws {
        let folder = try ScratchFolder()
        let text = try folder.write("no picture", "d.txt")

        let run = try CommandRun([
            "embed", "-m", Models.opt, "--stage", "queries", "-o", folder.file("out.safetensors"),
            "\(Models.opt)/image_0.png", text,
        ])

        #expect(run.status == 65 && run.errors.contains("d.txt"))
        #expect((try? folder.bytes("out.safetensors")) == nil)
    }

    @Test func `a place that cannot be written`() throws {
        let run = try CommandRun([
            "embed", "-m", Models.opt, "--stage", "queries", "-o", "/nowhere/at/all.safetensors",
            "\(Models.opt)/image_0.png",
        ])

        #expect(run.status == 74 && run.errors.contains("/nowhere/at/all.safetensors"))
    }

    @Test func `a prompt is accepted, as models that read it in the bridge need it`() throws {
        let folder = try ScratchFolder()

        let run = try CommandRun([
            "embed", "-m", Models.opt, "--stage", "queries", "--prompt", "a photo of", "-o",
            folder.file("out.safetensors"),
            "\(Models.opt)/image_0.png",
        ])

        #expect(run.status == 0)
    }
}
