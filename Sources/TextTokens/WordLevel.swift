/// One token for each word, and one for every word that is none.
struct WordLevel: Sendable {
    let vocabulary: Vocabulary
    let unknown: Int32

    /// Appends the token of the word that those bytes are.
    func tokenize(_ text: [UInt8], _ word: Range<Int>, output: inout TokenOutput) {
        output.append(vocabulary.identifier(text, word) ?? unknown, word.lowerBound, word.upperBound)
    }
}
