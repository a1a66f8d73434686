/// What was generated, token by token.
public struct GeneratedText: Sendable, Equatable {
    /// The text, without special tokens and without blanks at its ends.
    public var text: String
    /// Generated ids, without the prompt; the end token included where it was generated.
    public var tokenIDs: [Int]
    /// Natural logarithm of the probability of each token under the model, before any rule of the options.
    public var logProbabilities: [Float]
    /// The probability that the answer is right, in 0…1, where the model carries a calibration; else nil.
    public var confidence: Double?

    /// A text of these tokens.
    package init(text: String, tokenIDs: [Int], logProbabilities: [Float], confidence: Double? = nil) {
        self.text = text
        self.tokenIDs = tokenIDs
        self.logProbabilities = logProbabilities
        self.confidence = confidence
    }

    /// The sum of `logProbabilities`.
    public var logProbability: Double { logProbabilities.reduce(0) { $0 + Double($1) } }
}
