import Foundation
import JSONText
import TensorEngine
import TestFixtures
import Testing

@Suite struct ScoreCommandTests {
    @Test func `token by token, and their sum`() throws {
        let run = try CommandRun(
            ["score", "-m", Models.opt, "--json", "\(Models.opt)/image_0.png", "two cats", "a dog", "-p", "a photo of"])

        let rows = try run.objects()
        #expect(run.status == 0 && rows.count == 2)
        #expect(rows[0].names == ["image", "text", "prompt", "token_ids", "logprobs", "logprob"])
        #expect(rows.map { $0["text"]?.string } == ["two cats", "a dog"])
        for row in rows {
            let parts = row.numbers("logprobs")
            #expect(parts.count == row.integers("token_ids").count && !parts.isEmpty)
            #expect(abs(parts.reduce(0, +) - (row["logprob"]?.double ?? 0)) < 1e-5)
        }
    }

    @Test func `without --json the sum and the text`() throws {
        let run = try CommandRun(["score", "-m", Models.opt, "\(Models.opt)/image_0.png", "two\tcats"])

        let cells = run.lines[0].components(separatedBy: "\t")
        #expect(run.status == 0 && cells.count == 2 && cells[1] == "two cats")
        #expect(try #require(Double(cells[0])) < 0)
    }

    /// The prompt's last tokens as the text: their probabilities stand in the reference's logits.
    @Test(arguments: Models.all)
    func `equals the reference's logits`(model: String) throws {
        let parity = try ParityCase.named(String(model.split(separator: "/")[2]))
        let input = try parity.integers("input_ids")[0]
        let logits = try parity.tensor("logits").element(0)

        // "Question: how many cats are there?" and " Answer:" are tokenised as the whole is: a blank begins a token.
        let run = try CommandRun([
            "score", "-m", model, "--json", "\(model)/image_0.png", "-p", "Question: how many cats are there?",
            "Answer:",
        ])

        let row = try run.objects()[0]
        let ids = row.integers("token_ids")
        #expect(ids == Array(input.suffix(ids.count)))
        for (index, found) in row.numbers("logprobs").enumerated() {
            let position = input.count - ids.count + index - 1
            let expected = logits.slice(position..<position + 1).logSoftmax().array[ids[index]]
            #expect(abs(Float(found) - expected) <= 1e-4)
        }
    }

    @Test func `a missing picture, and no text`() throws {
        #expect(try CommandRun(["score", "-m", Models.opt, "/nowhere.png", "a"]).status == 66)
        #expect(try CommandRun(["score", "-m", Models.opt, "\(Models.opt)/image_0.png"]).status == 64)
        let row = try CommandRun(["score", "-m", Models.opt, "/nowhere.png", "a", "--json"]).objects()[0]
        #expect(row["error"]?["code"]?.string == "no_such_input")
    }
}
