import JSONText
import TestFixtures
import Testing

@Suite struct AskCommandTests {
    private let common = ["ask", "-m", Models.olmoe, "--max-tokens", "5"]

    @Test func `the last argument may be the question`() throws {
        let folder = try Pictures.folder()

        let short = try CommandRun(common + [folder.file("a.png"), "What is it?"])
        let long = try CommandRun(common + [folder.file("a.png"), "-q", "What is it?"])

        #expect(short.status == 0 && short.lines.count == 1 && short.output == long.output)
    }

    @Test func `rows hold question and prompt`() throws {
        let folder = try Pictures.folder()
        let names = ["a.png", "b.jpg"].map { folder.file($0) }

        let run = try CommandRun(common + names + ["-q", "What is it?", "-q", "Where?", "--json"])

        let rows = try run.objects()
        #expect(run.status == 0)
        #expect(rows.map { $0["image"]?.string } == [names[0], names[0], names[1], names[1]])
        #expect(rows.map { $0["question"]?.string } == ["What is it?", "Where?", "What is it?", "Where?"])
        #expect(rows[1]["prompt"]?.string == "Question: Where? Answer:")
        #expect(
            rows.allSatisfy { $0.names == ["image", "question", "text", "prompt", "token_ids", "logprob"] })
    }

    @Test func `a question in company is answered as alone`() throws {
        let folder = try Pictures.folder()

        let both = try CommandRun(
            common + [folder.file("a.png"), folder.file("b.jpg"), "-q", "One?", "-q", "What is it?", "--json"])
        let alone = try CommandRun(common + [folder.file("b.jpg"), "-q", "What is it?", "--json"])

        #expect(both.lines[3] == alone.lines[0])
    }

    @Test func `several pictures give a table`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(common + [folder.file("a.png"), folder.file("d.txt"), "-q", "What?"])

        #expect(run.status == 65 && run.lines.count == 1 && run.lines[0].hasPrefix(folder.file("a.png") + "\t"))
        #expect(run.errors.contains("d.txt"))
    }

    @Test(arguments: ["sum", "mean"])
    func `choices are ranked by what score says of them`(normalisation: String) throws {
        let folder = try Pictures.folder()
        let picture = folder.file("a.png")
        let choices = ["yes", "no it is not", "two cats on a couch"]
        let question = "Question: Is it? Answer:"

        let run = try CommandRun(
            common + [picture, "-q", "Is it?", "--json", "--normalise", normalisation]
                + choices.flatMap { ["--choice", $0] })
        let scores = try CommandRun(["score", "-m", Models.olmoe, picture, "-p", question, "--json"] + choices)
            .objects()

        let row = try run.objects()[0]
        #expect(row.names == ["image", "question", "text", "prompt", "token_ids", "logprob", "choices"])
        let rows = try #require(row["choices"]?.array)
        #expect(rows.map { $0["text"]?.string } == choices && rows[0].object?.names == ["text", "logprob"])
        let expected = try scores.map { score in
            try #require(score["logprob"]?.double)
                / (normalisation == "mean" ? Double(score.integers("token_ids").count) : 1)
        }
        let found = rows.compactMap { $0["logprob"]?.double }
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 })
        let best = try #require(expected.indices.max { expected[$0] < expected[$1] })
        #expect(row["text"]?.string == choices[best] && row["prompt"]?.string == question)
        #expect(row.integers("token_ids") == scores[best].integers("token_ids"))
    }

    @Test func `the best choice is printed`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(common + [folder.file("a.png"), "Is it?", "--choice", "yes", "--choice", "no"])

        #expect(run.status == 0 && ["yes\n", "no\n"].contains(run.output))
    }

    @Test func `together is one prompt in the order given`() throws {
        let folder = try Pictures.folder()
        let (a, b) = (folder.file("a.png"), folder.file("b.jpg"))

        let rows = try [[a, b], [b, a], [a]].map { pictures in
            try CommandRun(common + pictures + ["-q", "What?", "--together", "--json"]).objects()
        }

        #expect(rows.map(\.count) == [1, 1, 1])
        #expect(rows[0][0]["image"]?.string == "\(a),\(b)")
        #expect(rows[0][0]["logprob"] != rows[1][0]["logprob"])
        let alone = try CommandRun(common + [a, "-q", "What?", "--json"]).objects()[0]
        #expect(rows[2][0] == alone)
    }

    @Test func `together with a bad picture is no answer`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(
            common + [folder.file("a.png"), folder.file("d.txt"), "-q", "What?", "--together", "--json"])

        #expect(run.status == 65)
        let rows = try run.objects()
        #expect(rows.count == 1 && rows[0]["error"]?["code"]?.string == "not_an_image")
        #expect(run.errors.contains("d.txt"))
    }

    @Test func `a whole prompt instead of a question`() throws {
        let folder = try Pictures.folder()

        let row = try CommandRun(common + [folder.file("a.png"), "-p", "a photo of", "--json"]).objects()[0]

        #expect(row.names == ["image", "text", "prompt", "token_ids", "logprob"])
        #expect(row["prompt"]?.string == "a photo of")
    }

    @Test func `a prompt longer than the model's context is refused`() throws {
        let folder = try Pictures.folder()

        let run = try CommandRun(
            ["ask", "-m", Models.opt, folder.file("a.png"), String(repeating: "cat dog ", count: 400)])

        #expect(run.status == 65 && run.output.isEmpty)
        #expect(run.errors.hasPrefix("error: ") && run.errors.contains("shorten the prompt"))
    }
}
