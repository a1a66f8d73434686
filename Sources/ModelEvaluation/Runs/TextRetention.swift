import JSONText

/// How well a model's language model predicts a text: the number that a bridge must not change.
///
/// The file is one document: ids without special tokens, read in windows. A window holds as many tokens as the context
/// allows, `windowLimit` at most; the first one begins with the start token, where the model has one; each later one begins
/// `stride` tokens after the one before, and its first tokens are context only, so that every token is scored once, with at
/// least `window − stride` tokens before it. Without a start token the very first token is not scored. A decoder of our own that
/// has learned to read behind a token of its own (UL2's modes) sees that one in front of every window.
package struct TextRetention<Model: EvaluatedModel>: Sendable {
    /// Windows are not longer, so that logits of a whole window fit into memory.
    package static var windowLimit: Int { 1024 }

    /// The model.
    package let model: Model
    /// Tokens in a window, the start token included.
    package let window: Int
    /// Tokens that are scored in each window after the first.
    package let stride: Int

    /// Windows of the model's context; half of each is scored.
    ///
    /// - Parameter window: tokens of a window where other than the context, as far as there are positions.
    package init(model: Model, window: Int? = nil) {
        self.model = model
        // A stated context is a habit, not an end, where positions are computed: whoever asks for more gets it.
        let limit = window == nil ? model.contextLength ?? Self.windowLimit : model.positionLimit ?? .max
        let leading = model.windowIDs?.count ?? 0
        self.window = max(2 + leading, min(window ?? Self.windowLimit, limit))
        stride = max(1, (self.window - leading) / 2)
    }

    /// The perplexity of a text.
    ///
    /// - Parameter progress: called after each window with tokens scored and tokens in all.
    /// - Throws: where the tokenizer gives ids that the model has no embedding for.
    package func perplexity(
        of text: String, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(ModelUseError) -> Perplexity {
        let ids = try model.ids(of: text)
        var result = Perplexity()
        var scored = 0
        let start = model.windowIDs ?? model.startIDs
        let leading = model.windowIDs ?? []
        if start.isEmpty, ids.count > 1 { scored = 1 }
        let unscored = scored
        while scored < ids.count, !(start.isEmpty && ids.count < 2) {
            let isFirst = scored == unscored
            let fresh = isFirst ? window - max(1, start.count) : stride
            let end = min(ids.count, scored + fresh)
            let context =
                isFirst ? start + ids[..<unscored] : leading + ids[max(0, end - window + leading.count)..<scored]
            let values = model.logProbabilities(of: Array(ids[scored..<end]), after: context)
            result.add(tokenLogProbabilities: values, bytes: 0, words: 0)
            scored = end
            progress(scored, ids.count)
        }
        result.add(tokenLogProbabilities: [], bytes: text.utf8.count, words: PythonText.words(text).count)
        return result
    }

    /// The result as `results.json` has it.
    package func json(of perplexity: Perplexity) -> [(key: String, value: JSONValue)] {
        [
            ("nats_per_token", perplexity.natsPerToken.map { .double($0) } ?? .null),
            ("bits_per_byte", perplexity.bitsPerByte.map { .double($0) } ?? .null),
            ("tokens", .integer(perplexity.tokens)), ("bytes", .integer(perplexity.bytes)),
            ("perplexity_per_token", perplexity.perToken.map { .double($0) } ?? .null),
            ("perplexity_per_word", perplexity.perWord.map { .double($0) } ?? .null),
            ("words", .integer(perplexity.words)), ("window", .integer(window)), ("stride", .integer(stride)),
            (
                "window_policy",
                .string(
                    "one document, no special tokens but "
                        + (model.windowIDs == nil
                            ? "a start token in front where the model has one; "
                            : "what the model has learned to read behind in front of every window; ")
                        + "each token is scored once; a window after the first scores its last \(stride) tokens")
            ),
        ]
    }
}
