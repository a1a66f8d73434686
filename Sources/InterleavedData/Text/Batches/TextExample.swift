/// One example of a row: what one denoiser makes of one piece of text.
struct TextExample: Equatable {
    /// The tokens: leading ones, inputs, targets.
    var ids: [Int]
    /// How many of them are not targets. The first target is predicted from the last of these.
    var prefix: Int
    /// Tokens of the text that went into it.
    var textTokens: Int
}

/// A piece of a document, on its way to be an example.
struct TextPiece: Equatable {
    /// The text's tokens, without the end of text.
    var ids: [Int]
    /// How many of them are the document's prompt.
    var prefixTokens: Int
    /// Whether the document begins with it.
    var beginsDocument: Bool
    /// Whether the text ends with it.
    var endsText: Bool
    /// The document's place in the stream.
    var document: Int
}
