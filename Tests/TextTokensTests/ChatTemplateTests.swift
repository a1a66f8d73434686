import Foundation
import JSONText
import Testing
import TextTokens

/// Chat templates against Jinja as transformers sets it up: `Tests/Peers/chat_templates.py` wrote the goldens.
@Suite struct ChatTemplateTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        let template: String
        let messages: JSONValue
        let adds: Bool
        let tools: JSONValue
        /// nil where Jinja refuses.
        let text: String?

        var testDescription: String { template }

        static let all: [Golden] = {
            let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "fixtures/tokens/chat_templates.json")
            let bytes = (try? Data(contentsOf: file)) ?? Data()
            return ((try? JSONValue(parsing: Array(bytes)))?.array ?? []).map { row in
                Golden(
                    template: row["template"]?.string ?? "", messages: row["messages"] ?? .null,
                    adds: row["add_generation_prompt"]?.bool ?? false, tools: row["tools"] ?? .null,
                    text: row["text"]?.string)
            }
        }()

        /// What we make of it.
        func made() throws(TemplateError) -> String {
            try ChatTemplate(template, specialTokens: ["bos_token": "<s>", "eos_token": "</s>"])
                .text(of: messages, addsGenerationPrompt: adds, others: ["tools": tools])
        }
    }

    @Test func `there are goldens`() { #expect(Golden.all.count > 200) }

    @Test(arguments: Golden.all)
    func `lays out what Jinja lays out, and refuses what it refuses`(golden: Golden) throws {
        guard let expected = golden.text else {
            #expect(throws: TemplateError.self) { try golden.made() }
            return
        }
        #expect(try golden.made() == expected)
    }

    private static let refused: [(source: String, error: TemplateError)] = [
        ("{{ 1 }}\n{% if x %}", TemplateError.syntax(line: 2, reason: "{% if %} without {% endif %}")),
        ("{{ a.b.c }}", .undefined(name: "a")),
        ("{% include 'x' %}", .unsupported(line: 1, what: "{% include %}")),
        ("{{ raise_exception('No.') }}", .refused(message: "No.")),
        ("{{ {} + 1 }}", .wrongKind(operation: "'+'", found: "a mapping and a number")),
        ("{{ " + String(repeating: "(", count: 5_000) + "1 }}", .tooDeep(limit: 100)),
        (String(repeating: "{% if 1 %}", count: 5_000), .tooDeep(limit: 100)),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", .tooDeep(limit: 100)),
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            .tooLong(limit: 1_000_000)
        ),
        ("{{ range(1000000) }}", .tooLong(limit: 100_000)),
        ("{{ 9223372036854775807 + 1 }}", .wrongKind(operation: "'+'", found: "numbers of that size")),
    ]

    @Test(arguments: refused)
    func `a template that cannot be laid out is told by line and reason`(source: String, expected: TemplateError) {
        let error = #expect(throws: TemplateError.self) { try ChatTemplate(source).text(of: [ChatMessage]()) }

        #expect(error == expected)
        #expect(error?.description.isEmpty == false)
    }

    @Test func `the date is the caller's`() throws {
        let date = TemplateDate(Date(timeIntervalSince1970: 1_600_000_000))

        let text = try ChatTemplate("{{ strftime_now('%Y %B') }}").text(of: [ChatMessage](), date: date)

        #expect(text == "2020 September")
        #expect(throws: TemplateError.self) {
            try ChatTemplate("{{ strftime_now('%Q') }}").text(of: [ChatMessage](), date: date)
        }
    }

    @Test func `a folder's template and special tokens`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let turn = [ChatMessage(role: "user", text: "Hi")]

        #expect(try ChatTemplate.inFolder(folder).map { _ in true } == nil)
        try write(#"{"bos_token": {"content": "<s>"}, "eos_token": null}"#, "tokenizer_config.json")
        #expect(try ChatTemplate.inFolder(folder).map { _ in true } == nil)
        try write(
            #"{"bos_token": {"content": "<s>"}, "chat_template": [{"name": "default", "template": "{{ bos_token }}a"}]}"#,
            "tokenizer_config.json")
        #expect(try ChatTemplate.inFolder(folder)?.text(of: turn) == "<s>a")
        try write("{{ bos_token }}{{ messages[0].content }}", "chat_template.jinja")
        #expect(try ChatTemplate.inFolder(folder)?.text(of: turn) == "<s>Hi")

        try write("{% if %}", "chat_template.jinja")
        #expect(throws: ChatTemplate.FolderError.self) { try ChatTemplate.inFolder(folder) }
        try write(#"{"chat_template": 5}"#, "tokenizer_config.json")
        try FileManager.default.removeItem(at: folder.appending(path: "chat_template.jinja"))
        let error = #expect(throws: ChatTemplate.FolderError.self) { try ChatTemplate.inFolder(folder) }
        #expect(error?.description.contains("tokenizer_config.json") == true)
    }
}
