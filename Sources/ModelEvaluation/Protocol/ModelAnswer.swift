/// A text that a model wrote or was asked about, token by token.
package struct ModelAnswer: Sendable, Equatable {
    /// The text, without special tokens and without blanks at its ends.
    package var text: String
    /// Its ids; of a generated text with the end token, where that was generated.
    package var tokenIDs: [Int]
    /// The text of each id by itself, special tokens by their names.
    package var pieces: [String]
    /// log p of each id, given the pictures, the prompt and the ids before it.
    package var tokenLogProbabilities: [Double]
    /// The probability that it is right, where the model itself states one.
    package var confidence: Double?

    /// A text of these tokens.
    package init(
        text: String, tokenIDs: [Int], pieces: [String] = [], tokenLogProbabilities: [Double],
        confidence: Double? = nil
    ) {
        self.confidence = confidence
        self.pieces = pieces
        self.text = text
        self.tokenIDs = tokenIDs
        self.tokenLogProbabilities = tokenLogProbabilities
    }

    /// Σ log p.
    package var logProbability: Double { tokenLogProbabilities.reduce(0, +) }
}
