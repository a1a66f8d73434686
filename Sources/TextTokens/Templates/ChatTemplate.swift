import Foundation
import JSONText

/// How a checkpoint wants a conversation laid out: a template in Jinja's language, as Hugging Face's tokenizers carry it.
///
///     let template = try ChatTemplate("{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}")
///     try template.text(of: [ChatMessage(role: "user", text: "Hi")])   // "<user>Hi"
///
/// Covered: output, `if`, `for` (with `if`, `else`, `break`, `continue`, `loop`), `set` (also of a block, and of members of a
/// namespace), `macro`, `raw`, `generation`; every operator; strings' and mappings' usual methods; the filters and tests
/// that published templates use. Not covered, and told by name: `include`, `import`, `extends`, `block`, `call`, `filter`,
/// `with`, `autoescape`, recursive loops, printf formats. Tuples are lists here, and are written as such.
public struct ChatTemplate: Sendable {
    private let statements: [TemplateStatement]
    /// `bos_token`, `eos_token` and their kin, under these names.
    private let specialTokens: [String: String]

    /// The template `source`.
    public init(_ source: String, specialTokens: [String: String] = [:]) throws(TemplateError) {
        statements = try TemplateParser.statements(of: source)
        self.specialTokens = specialTokens
    }

    /// The text of a conversation.
    ///
    /// - Parameters:
    ///   - messages: the turns so far.
    ///   - addsGenerationPrompt: whether what stands before the model's answer is added.
    ///   - others: further names that the template may look at (`tools`, `enable_thinking`).
    ///   - date: the moment that `strftime_now` tells.
    public func text(
        of messages: [ChatMessage], addsGenerationPrompt: Bool = true, others: [String: JSONValue] = [:],
        date: TemplateDate = TemplateDate()
    ) throws(TemplateError) -> String {
        try text(
            of: .array(messages.map(\.json)), addsGenerationPrompt: addsGenerationPrompt, others: others, date: date)
    }

    /// The text of a conversation given as JSON, for turns that hold more than a role and a text.
    public func text(
        of messages: JSONValue, addsGenerationPrompt: Bool = true, others: [String: JSONValue] = [:],
        date: TemplateDate = TemplateDate()
    ) throws(TemplateError) -> String {
        var names: [String: TemplateValue] = ["tools": .none, "documents": .none]
        for (name, token) in specialTokens { names[name] = .string(token) }
        for (name, value) in others { names[name] = TemplateValue(value) }
        names["messages"] = TemplateValue(messages)
        names["add_generation_prompt"] = .bool(addsGenerationPrompt)
        var interpreter = TemplateInterpreter(names: names, date: date)
        return try interpreter.text(of: statements)
    }
}

/// One turn of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// `user`, `assistant` or `system`.
    public var role: String
    /// What was said.
    public var text: String

    /// A turn.
    public init(role: String, text: String) {
        self.role = role
        self.text = text
    }

    var json: JSONValue { .object([("role", .string(role)), ("content", .string(text))]) }
}
