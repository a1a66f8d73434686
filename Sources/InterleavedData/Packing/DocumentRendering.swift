/// Turns documents into tokens as a model reads them; the model's tokenizer and prompts stand behind it.
package protocol DocumentRendering: Sendable {
    /// A document's tokens, and which of its pictures are in them: one too long is shortened, never within a picture.
    ///
    /// - Throws: where the model cannot learn from it.
    func tokens(of document: InterleavedDocument, source: Int) throws(DocumentProblem) -> RenderedDocument

    /// The tokens of a row of pairs.
    func tokens(of draw: PairDraw, source: Int) throws(DocumentProblem) -> TokenDocument

    /// The tokens of a piece of text.
    ///
    /// - Parameters:
    ///   - ids: at most `textLimit`.
    ///   - isEnd: whether the text ends with them.
    func tokens(of ids: [Int], isEnd: Bool, id: String, source: Int) -> TokenDocument

    /// Tokens of a piece of text at most.
    var textLimit: Int { get }
}

/// A document's tokens and its pictures in their order.
package struct RenderedDocument: Sendable, Equatable {
    /// The tokens.
    package var document: TokenDocument
    /// The pictures.
    package var pictures: [InterleavedDocument.Picture]

    /// These.
    package init(_ document: TokenDocument, pictures: [InterleavedDocument.Picture]) {
        self.document = document
        self.pictures = pictures
    }
}

/// Why nothing can be learned from a document.
package enum DocumentProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The decoder is frozen, and no picture stands before any text.
    case teachesNothing
    /// Not even its last question, or its first words, fit.
    case tooLong(tokens: Int, limit: Int)
    /// Its text holds the token that stands for a picture.
    case imageToken
    /// The model cannot read it.
    case unreadable(String)

    /// What is wrong.
    package var description: String {
        switch self {
        case .teachesNothing: "no picture before any text: it teaches a frozen decoder's bridge nothing"
        case .tooLong(let tokens, let limit): "\(tokens) tokens, a row takes \(limit)"
        case .imageToken: "its text holds the token that stands for a picture"
        case .unreadable(let reason): reason
        }
    }
}
