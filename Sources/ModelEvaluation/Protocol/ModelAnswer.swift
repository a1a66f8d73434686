/// A text that a model wrote or was asked about, token by token.
package struct ModelAnswer: Sendable, Equatable {
    /// The text, without special tokens and without blanks at its ends.
    package var text: String
    /// Its ids; of a generated text with the end token, where that was generated.
    package var tokenIDs: [Int]
    /// log p of each id, given the pictures, the prompt and the ids before it.
    package var tokenLogProbabilities: [Double]

    /// A text of these tokens.
    package init(text: String, tokenIDs: [Int], tokenLogProbabilities: [Double]) {
        self.text = text
        self.tokenIDs = tokenIDs
        self.tokenLogProbabilities = tokenLogProbabilities
    }

    /// Σ log p.
    package var logProbability: Double { tokenLogProbabilities.reduce(0, +) }
}
