import Checkpoints

/// The prompts a model is used with where the caller gives none.
package struct PromptTemplates: Sendable, Equatable {
    /// Before a caption; nil for no prompt at all.
    package var caption: String?
    /// Around a question, which stands for `{question}`.
    package var ask: String

    /// BLIP-2's: no caption prompt, `Question: {question} Answer:`.
    package static let blip2 = PromptTemplates(caption: nil, ask: "Question: {question} Answer:")

    /// BLIP-2's with an encoder–decoder, which was finetuned on short answers.
    package static let blip2EncoderDecoder = PromptTemplates(
        caption: nil, ask: "Question: {question} Short answer:")

    /// InstructBLIP's, which also enter the bridge.
    package static let instructBLIP = PromptTemplates(
        caption: "A short image caption.", ask: "Question: {question} Short answer:")

    /// The templates of a model folder's `lorgnette.json`, for what it leaves out those of `fallback`.
    ///
    /// - Throws: `ConfigError` where the file is there and damaged; a missing file is none.
    package init(folder: String, fallback: PromptTemplates) throws(ConfigError) {
        self = fallback
        let config: ConfigObject
        do { config = try ConfigObject(path: folder + "/lorgnette.json") } catch {
            if error.problem == .missingFile { return }
            throw error
        }
        let prompts = try config.objectOrDefaults("prompts")
        if let caption = try prompts.optionalString("caption") { self.caption = caption }
        ask = try prompts.string("ask", default: ask)
        try prompts.require(ask.contains("{question}"), "ask", "a text with {question} in it")
    }

    init(caption: String?, ask: String) {
        self.caption = caption
        self.ask = ask
    }

    /// The prompt of a question.
    package func ask(_ question: String) -> String {
        guard let range = ask.firstRange(of: "{question}") else { return ask + " " + question }
        return ask.replacingCharacters(in: range, with: question)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
