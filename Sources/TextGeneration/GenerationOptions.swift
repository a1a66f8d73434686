/// How text is generated, under the names of Hugging Face's `generation_config.json`.
public struct GenerationOptions: Sendable, Equatable {
    /// At most this many new tokens, the end token included.
    public var maxTokens = 30
    /// The end token is not allowed before this many new tokens.
    public var minTokens = 0
    /// Whether tokens are drawn rather than the likeliest taken.
    public var samples = false
    /// Logits are divided by this before drawing.
    public var temperature: Float = 1
    /// Only the k likeliest tokens are drawn from; 0 for all.
    public var topK = 0
    /// Only the likeliest tokens that together reach this probability; 1 for all.
    public var topP: Float = 1
    /// Only tokens at least this likely relative to the likeliest; 0 for all.
    public var minP: Float = 0
    /// Logits of tokens that occurred are divided (or, negative ones, multiplied) by this (Keskar et al. 2019).
    public var repetitionPenalty: Float = 1
    /// No sequence of this many tokens occurs twice; 0 for no such rule.
    public var noRepeatNgram = 0
    /// Beams of beam search; 1 for none.
    public var beams = 1
    /// Exponent of a beam's length in its score.
    public var lengthPenalty: Float = 1
    /// When beam search ends.
    public var earlyStopping = EarlyStopping.heuristic
    /// Sequences returned.
    public var sequences = 1
    /// Ids that end a sequence.
    public var endTokens: Set<Int> = []

    /// Beams that a file may ask for.
    package static let beamLimit = 64
    /// Sequences that a file may ask for.
    package static let sequenceLimit = 256

    /// transformers' defaults but for 30 new tokens.
    public init() {}

    /// When beam search ends (transformers' `early_stopping`).
    public enum EarlyStopping: Sendable, Equatable {
        /// `false`: when the best running beam is unlikely to beat the worst finished one.
        case heuristic
        /// `true`: as soon as there are as many finished candidates as beams.
        case whenFinished
        /// `"never"`: when no running beam can beat the worst finished one.
        case never
    }
}
