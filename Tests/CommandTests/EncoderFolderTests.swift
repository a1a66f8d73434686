import Checkpoints
import JSONText
import TensorEngine
import TestFixtures
import Testing

/// Folders that are no `blip-2`: vision encoders alone, InstructBLIP, image–text matching.
@Suite struct EncoderFolderTests {
    private static let place = "fixtures/encoders"
    private static let vision = ["clip_proj", "siglip", "vit", "dinov2", "dinov2_reg", "eva_blip2"]
        .map { "vision-\($0)" }
    private static let instructed = ["instructblip-llama", "instructblip-t5"]

    /// What `embed` writes of a stage of the first picture.
    private func embedded(_ name: String, _ stage: String, _ more: [String] = []) throws -> Tensor {
        let folder = try ScratchFolder()
        let run = try CommandRun(
            [
                "embed", "-m", "\(Self.place)/\(name)", "--stage", stage, "-o", folder.file("out.safetensors"),
                "\(Self.place)/\(name)/image_0.png",
            ] + more)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        return try SafetensorsFile(path: folder.file("out.safetensors")).tensor(named: stage)
    }

    private func parity(_ name: String) throws -> ParityCase {
        try #require(
            (ParityCase.visionEncoders + ParityCase.instructed + ParityCase.matching).first {
                $0.description == name
            })
    }

    private func isNear(_ found: Tensor, _ expected: Tensor) -> Bool {
        difference(found, expected) <= 1e-4 * max(1, expected.array.map(abs).max() ?? 0)
    }

    @Test(arguments: vision)
    func `pixels and features of vision encoders alone`(name: String) throws {
        let reference = try parity(name)

        #expect(isNear(try embedded(name, "pixels"), try reference.tensor("pixel_values").slice(0..<1)))
        let features = try embedded(name, "features")
        // CLIP's reference lies before its final norm; VisionEncoderParityTests norm it.
        let expected = try reference.tensor("last_hidden_state").slice(0..<1)
        #expect(name.hasPrefix("vision-clip") ? features.shape == expected.shape : isNear(features, expected))
    }

    @Test func `stages that a model does not have are told`() throws {
        let folder = try ScratchFolder()
        for (name, stage) in [("vision-vit", "queries"), ("blip2-itm", "embeddings")] {
            let run = try CommandRun([
                "embed", "-m", "\(Self.place)/\(name)", "--stage", stage, "-o", folder.file("out.safetensors"),
                "\(Self.place)/\(name)/image_0.png",
            ])
            #expect(run.status == 65 && run.errors.contains("ask for pixels"))
        }
        let run = try CommandRun([
            "embed", "-m", "\(Self.place)/vision-vit", "--bridge", folder.path, "--stage", "features", "-o",
            folder.file("out.safetensors"), "\(Self.place)/vision-vit/image_0.png",
        ])
        #expect(run.status == 65 && run.errors.contains("leave --bridge out"))
    }

    @Test func `stages of a model that compares`() throws {
        let reference = try parity("blip2-itm")

        #expect(isNear(try embedded("blip2-itm", "features"), try reference.tensor("batch_image_embeds").slice(0..<1)))
        #expect(isNear(try embedded("blip2-itm", "queries"), try reference.tensor("qformer_output").slice(0..<1)))
    }

    @Test(arguments: instructed)
    func `the prompt enters the bridge`(name: String) throws {
        let reference = try parity(name)
        let prompt = ["--prompt", "Question: how many cats are there? Answer:"]

        let queries = try embedded(name, "queries", prompt)
        #expect(isNear(queries, try reference.tensor("qformer_output")))
        #expect(isNear(try embedded(name, "embeddings", prompt), try reference.tensor("projected")))
        let silent = try embedded(name, "queries")
        #expect(silent.array != queries.array)
        #expect(silent.array == (try embedded(name, "queries", ["--prompt", "A short image caption."])).array)
    }

    @Test(arguments: instructed)
    func `captions have transformers' greedy ids`(name: String) throws {
        let reference = try parity(name)
        let prompt = "Question: how many cats are there? Answer:"
        let logits = try reference.tensor("generated_logits").element(0)  // [new, vocabulary]
        let expected = (0..<logits.shape[0]).map { row in
            let values = logits.element(row).array
            return values.firstIndex(of: values.max() ?? 0) ?? -1
        }

        let run = try CommandRun([
            "caption", "-m", "\(Self.place)/\(name)", "--prompt", prompt, "--max-tokens", "\(expected.count)", "--json",
            "\(Self.place)/\(name)/image_0.png",
        ])

        #expect(run.status == 0)
        let row = try run.objects()[0]
        #expect(row.integers("token_ids") == Array(expected.prefix(row.integers("token_ids").count)))
        #expect(row.integers("token_ids").count == expected.count || row.integers("token_ids").last == expected.last)
    }

    @Test func `questions are asked in InstructBLIP's form, each in the bridge too`() throws {
        let model = "\(Self.place)/instructblip-llama"
        let run = try CommandRun([
            "ask", "-m", model, "\(model)/image_0.png", "-q", "how many cats?", "-q", "where?", "--json",
        ])

        let rows = try run.objects()
        #expect(run.status == 0 && rows.count == 2)
        #expect(rows[0]["prompt"]?.string == "Question: how many cats? Short answer:")
        let caption = try CommandRun(["caption", "-m", model, "\(model)/image_0.png", "--json"])
        #expect(try caption.objects()[0]["prompt"]?.string == "A short image caption.")
        let same = try CommandRun([
            "caption", "-m", model, "\(model)/image_0.png", "--prompt", "Question: where? Short answer:", "--json",
        ])
        #expect(try same.objects()[0].integers("token_ids") == rows[1].integers("token_ids"))
    }

    @Test func `verify compares a bridge that reads a prompt`() throws {
        let model = "\(Self.place)/instructblip-llama"
        let folder = try ScratchFolder()
        let theirs = try CommandRun(["verify", "-m", model, "--reference", "\(model)/reference.safetensors"])
        let recorded = try CommandRun([
            "verify", "-m", model, "--record", folder.file("own.safetensors"), "\(model)/image_0.png",
        ])
        let own = try CommandRun(["verify", "-m", model, "--reference", folder.file("own.safetensors")])

        #expect(theirs.status == 0, "\(theirs.errors)")
        #expect(recorded.status == 0 && own.status == 0, "\(own.errors)")
    }

    @Test(arguments: vision + ["blip2-itm"] + instructed)
    func `inspect knows them`(name: String) throws {
        let run = try CommandRun(["inspect", "\(Self.place)/\(name)", "--json"])

        let found = try run.objects()[0]
        #expect(run.status == 0 && found["supported"]?.bool == true && found["image_size"]?.integer == 28)
        #expect((found["parameters"]?.integer ?? 0) > 0)
    }
}
