/// The part of a tokenizer that turns a piece of text into ids.
enum TokenModel: Sendable {
    case bytePair(BytePairEncoding)

    /// The tokens it knows.
    var vocabulary: Vocabulary {
        switch self {
        case .bytePair(let model): model.vocabulary
        }
    }

    /// The name that `tokenizer.json` gives this kind of model.
    var name: String {
        switch self {
        case .bytePair: "BPE"
        }
    }

    /// Appends the tokens of the piece that those bytes are.
    @inline(__always)
    func tokenize(_ text: [UInt8], _ piece: Range<Int>, scratch: inout ModelScratch, output: inout TokenOutput) {
        switch self {
        case .bytePair(let model): model.tokenize(text, piece, scratch: &scratch, output: &output)
        }
    }
}
