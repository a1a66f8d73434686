/// What stands before an answer: pictures and texts in their order, then the prompt.
///
/// Demonstrations of a few-shot prompt stand in `parts`: picture, text, picture, text, …, the picture asked about.
package struct PromptContext<Sight: Sendable>: Sendable {
    /// A part in front of the prompt.
    package enum Part: Sendable {
        /// A picture, already looked at, and the prompt that a bridge which reads text reads beside it.
        case picture(Sight, prompt: String?)
        /// A text between pictures, tokenised by itself, without special tokens.
        case text(String)
    }

    /// The parts in front of the prompt; none for a model that is asked blind.
    package var parts: [Part]
    /// The prompt; nil for none, which for most models means the start token alone.
    package var prompt: String?

    /// A prompt after those parts.
    package init(_ parts: [Part], prompt: String?) {
        self.parts = parts
        self.prompt = prompt
    }
}
