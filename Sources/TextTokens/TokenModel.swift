/// The part of a tokenizer that turns a piece of text into ids.
enum TokenModel: Sendable {
    case bytePair(BytePairEncoding)
    case unigram(Unigram)
    case wordPiece(WordPiece)
    case wordLevel(WordLevel)

    /// The tokens it knows.
    var vocabulary: Vocabulary {
        switch self {
        case .bytePair(let model): model.vocabulary
        case .unigram(let model): model.vocabulary
        case .wordPiece(let model): model.vocabulary
        case .wordLevel(let model): model.vocabulary
        }
    }

    /// Appends the tokens of those pieces of a text.
    func tokenize(
        _ text: [UInt8], _ pieces: [Range<Int>], scratch: inout ModelScratch, output: inout TokenOutput
    ) {
        switch self {
        case .bytePair(let model):
            for piece in pieces { model.tokenize(text, piece, scratch: &scratch, output: &output) }
        case .unigram(let model):
            for piece in pieces { model.tokenize(text, piece, scratch: &scratch, output: &output) }
        case .wordPiece(let model):
            for piece in pieces { model.tokenize(text, piece, scratch: &scratch, output: &output) }
        case .wordLevel(let model): for piece in pieces { model.tokenize(text, piece, output: &output) }
        }
    }
}
