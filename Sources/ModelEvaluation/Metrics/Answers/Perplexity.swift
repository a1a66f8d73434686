import Foundation

/// How well a model predicts a text: perplexity by token and by word, bits per byte.
///
/// Each token is scored once; the first of a document is predicted from the beginning-of-text token, or left out where
/// the tokenizer has none.
package struct Perplexity: Sendable, Equatable {
    /// Σ −ln p over the tokens scored.
    package private(set) var nats = 0.0
    /// Tokens scored.
    package private(set) var tokens = 0
    /// UTF-8 bytes of the text.
    package private(set) var bytes = 0
    /// Words of the text, split at white space.
    package private(set) var words = 0

    /// No text yet.
    package init() {}

    /// Adds a text and the log-probabilities of its tokens.
    package mutating func add(text: String, tokenLogProbabilities: [Double]) {
        add(tokenLogProbabilities: tokenLogProbabilities, bytes: text.utf8.count, words: PythonText.words(text).count)
    }

    /// Adds log-probabilities of tokens, with the size of the text that they make up.
    package mutating func add(tokenLogProbabilities: [Double], bytes: Int, words: Int) {
        nats -= tokenLogProbabilities.reduce(0, +)
        tokens += tokenLogProbabilities.count
        self.bytes += bytes
        self.words += words
    }

    /// Mean −ln p of a token; nil without tokens.
    package var natsPerToken: Double? { tokens == 0 ? nil : nats / Double(tokens) }
    /// exp(nats / tokens).
    package var perToken: Double? { natsPerToken.map { exp($0) } }
    /// exp(nats / words).
    package var perWord: Double? { words == 0 ? nil : exp(nats / Double(words)) }
    /// nats / (bytes · ln 2).
    package var bitsPerByte: Double? { bytes == 0 ? nil : nats / (Double(bytes) * log(2)) }
}
