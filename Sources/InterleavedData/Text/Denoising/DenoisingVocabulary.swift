import TextTokens

/// The ids that denoising needs: sentinels, leading tokens, what ends a text, what fills up a row.
struct DenoisingVocabulary: Sendable {
    /// The id that ends a text.
    let end: Int
    /// The id that fills up rows; the end of text where the tokenizer has none of its own.
    let padding: Int
    /// The id of the sentinel of each span.
    let sentinels: [Int]
    private let tokenizer: TextTokenizer

    init(_ tokenizer: TextTokenizer) throws(TextDataError) {
        guard let end = tokenizer.endOfSentence else {
            throw .missingToken(token: "that ends a text (eos_token)", purpose: "after a denoiser's targets")
        }
        self.tokenizer = tokenizer
        self.end = end
        padding = tokenizer.padding ?? end
        var sentinels: [Int] = []
        while let id = tokenizer.id(of: ReservedTokens.sentinel(sentinels.count)) { sentinels.append(id) }
        self.sentinels = sentinels
    }

    /// The ids of a denoiser's leading tokens.
    func leading(_ denoiser: Denoiser) throws(TextDataError) -> [Int] {
        var ids: [Int] = []
        for token in denoiser.leadingTokens {
            guard let id = tokenizer.id(of: token) else {
                throw .missingToken(token: token, purpose: "before the examples of \(denoiser.name)")
            }
            ids.append(id)
        }
        return ids
    }

    /// Checks that there are sentinels enough for rows of that length.
    func requireSentinels(for denoiser: Denoiser, rowLength: Int) throws(TextDataError) {
        let needed = denoiser.sentinels(rowLength: rowLength)
        guard needed <= sentinels.count else {
            throw .tooFewSentinels(denoiser: denoiser.name, needed: needed, found: sentinels.count)
        }
    }
}
