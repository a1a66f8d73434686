import JSONText
import TensorEngine
import TestFixtures
import Testing

@Suite struct MatchCommandTests {
    private let model = "fixtures/encoders/blip2-itm"
    private let texts = ["two cats on a couch", "a man riding a horse in the snow?"]

    private func reference() throws -> ParityCase { try #require(ParityCase.matching.first) }

    @Test func `two pictures and two texts as transformers compares them`() throws {
        let run = try CommandRun([
            "match", "-m", model, "\(model)/image_0.png", "\(model)/image_1.png", "--text", texts[0], "--text",
            texts[1],
            "--json",
        ])

        #expect(run.status == 0 && run.errors.isEmpty)
        let rows = try run.objects()
        let itm = try reference().tensor("itm_probability").array
        let itc = try reference().tensor("itc_similarity").array
        #expect(rows.count == 4)
        for (index, row) in rows.enumerated() {
            #expect(row.names == ["image", "text", "itm", "itc"])
            #expect(row["image"]?.string == "\(model)/image_\(index / 2).png")
            #expect(row["text"]?.string == texts[index % 2])
            #expect(abs((row["itm"]?.double ?? 9) - Double(itm[index])) <= 1e-4)
            #expect(abs((row["itc"]?.double ?? 9) - Double(itc[index])) <= 1e-4)
        }
    }

    @Test func `many texts after one flag, a line a pair`() throws {
        let run = try CommandRun(["match", "-m", model, "\(model)/image_0.png", "--text", texts[0], texts[1]])

        #expect(run.status == 0 && run.lines.count == 2)
        #expect(run.lines.map { $0.split(separator: "\t").last.map(String.init) } == texts)
    }

    @Test func `a bad picture is a row among the others`() throws {
        let folder = try ScratchFolder()
        let text = try folder.write("no picture", "d.txt")

        let run = try CommandRun(["match", "-m", model, text, "\(model)/image_0.png", "--text", texts[0], "--json"])

        let rows = try run.objects()
        #expect(run.status == 65 && rows.count == 2)
        #expect(rows[0]["error"]?["code"]?.string != nil && rows[1]["itm"]?.double != nil)
    }

    @Test func `what match cannot do is said`() throws {
        let picture = "\(model)/image_0.png"
        let writes = try CommandRun(["match", "-m", Models.opt, picture, "--text", "a"])
        let long = String(repeating: "cats ", count: 200)
        let tooLong = try CommandRun(["match", "-m", model, picture, "--text", long])
        let nowhere = try CommandRun(["match", "-m", "fixtures/nowhere", picture, "--text", "a"])
        let noText = try CommandRun(["match", "-m", model, picture])
        let bridge = try CommandRun(["match", "-m", model, "--bridge", model, picture, "--text", "a"])

        #expect(writes.status == 65 && writes.errors.contains("Blip2ForImageTextRetrieval"))
        #expect(tooLong.status == 65 && tooLong.errors.contains("shorten the text"))
        #expect(nowhere.status == 66 && noText.status == 64 && bridge.status == 64)
    }
}
