import Foundation
import TestFixtures
import Testing

@Suite struct ChatCommandTests {
    private static let coin = "fixtures/pictures/coin.jpg"

    private func chat(_ lines: String..., images: [String] = [Self.coin], model: String = Models.olmoe) throws
        -> CommandRun
    {
        try CommandRun(["chat", "-m", model] + images, input: Array((lines.joined(separator: "\n") + "\n").utf8))
    }

    @Test func `the first answer is ask's`() throws {
        let asked = try CommandRun(["ask", "-m", Models.olmoe, Self.coin, "What is it?"])

        let run = try chat("What is it?")

        #expect(run.status == 0 && run.lines == asked.lines)
    }

    @Test func `a later question is asked with what was said before it`() throws {
        let first = try chat("What is it?").lines
        let prompt = "Question: What is it? Answer: \(first[0])\nQuestion: Is it red? Answer:"
        let asked = try CommandRun(["ask", "-m", Models.olmoe, "--prompt", prompt, Self.coin])

        let run = try chat("What is it?", "Is it red?", "/quit", "not asked")

        #expect(run.status == 0 && run.lines == first + asked.lines)
    }

    @Test func `what was said is forgotten, and pictures are added`() throws {
        let alone = try chat("Is it red?").lines
        let both = try CommandRun(["ask", "-m", Models.olmoe, "--together", Self.coin, Self.coin, "-q", "Is it red?"])

        let run = try chat("What is it?", "/clear", "Is it red?", "/clear", "/image \(Self.coin)", "Is it red?")

        #expect(Array(run.lines.dropFirst()) == alone + both.lines)
    }

    @Test func `bad lines are told and the conversation goes on`() throws {
        let run = try chat("/nonsense", "/image", "/image missing.png", "", "What is it?")

        #expect(run.status == 0 && run.lines.count == 1)
        #expect(run.errors.contains("/nonsense") && run.errors.contains("missing.png"))
    }

    @Test func `the folder's chat template lays turns out`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.olmoe))
        try folder.write(
            "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:", "chat_template.jinja")
        let asked = try CommandRun(["ask", "-m", Models.olmoe, "--prompt", "user: What is it?\nassistant:", Self.coin])

        let run = try chat("What is it?", model: folder.path)

        #expect(run.status == 0 && run.lines == asked.lines)
    }

    @Test func `a template that cannot be used, and one that refuses`() throws {
        let folder = try ScratchFolder(copying: Repository.path(Models.olmoe))
        try folder.write("{% if %}", "chat_template.jinja")
        #expect(try chat("Hi", model: folder.path).status == 65)
        try folder.write("{{ raise_exception('never') }}", "chat_template.jinja")

        let run = try chat("Hi", model: folder.path)

        #expect(run.status == 0 && run.lines.isEmpty && run.errors.contains("never"))
        #expect(try CommandRun(["chat", "-m", Models.olmoe, "-"]).status == 64)
        #expect(try CommandRun(["chat", "-m", Models.olmoe, "missing.png"]).status == 66)
    }
}
