import TestFixtures
import Testing

/// Answers do not depend on the number of threads, to the byte.
@Suite struct ThreadTests {
    @Test(arguments: Models.all + ["fixtures/tiny-blip2-olmoe"])
    func `one, two and three threads say the same`(model: String) throws {
        let folder = try Pictures.folder()
        let pictures = [folder.file("a.png"), folder.file("b.jpg")]
        let commands: [[String]] = [
            ["caption", "--json", "--max-tokens", "20"] + pictures,
            ["caption", "--json", "--max-tokens", "8", "--beams", "3"] + pictures,
            ["caption", "--json", "--max-tokens", "8", "--temperature", "1.3", "--num-captions", "3", "--seed", "4"]
                + pictures,
            ["ask", "--json", "--max-tokens", "8", "-q", "What is it?", "--together"] + pictures,
            ["score", "--json", pictures[0], "two cats on a couch"],
        ]
        for command in commands {
            let runs = try ["1", "2", "3"].map { try CommandRun(command + ["-m", model, "--threads", $0]) }

            #expect(runs[0].status == 0 && runs[0].output == runs[1].output && runs[0].output == runs[2].output)
        }
    }

    @Test(arguments: ["features", "embeddings"]) func `tensors too`(stage: String) throws {
        let folder = try ScratchFolder()
        let written = try ["1", "2", "3"].map { threads in
            let run = try CommandRun([
                "embed", "-m", "fixtures/tiny-blip2-olmoe", "--stage", stage, "--threads", threads, "-o",
                folder.file(threads), "\(Models.opt)/image_1.png",
            ])
            #expect(run.status == 0)
            return try folder.bytes(threads)
        }

        #expect(written[0] == written[1] && written[0] == written[2])
    }

    @Test(arguments: ["f32", "bf16", "q8_0", "q4_0"])
    func `weights may be held in every type`(dtype: String) throws {
        let run = try CommandRun([
            "caption", "-m", "fixtures/tiny-blip2-olmoe", "--dtype", dtype, "--max-tokens", "4",
            "\(Models.opt)/image_0.png",
        ])

        #expect(run.status == 0 && run.lines.count == 1, "\(run.errors)")
    }
}
