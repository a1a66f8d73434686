/// A document as a decoder reads it: image tokens and words in one sequence.
///
///     ids       P P P P  Question : What is it ? Answer :  a coin \n  P P P P  <s> Question … Answer :  a hat </s>
///     weights   0 0 0 0  0                                 1 1    0   0 0 0 0  0                        1 1   1
package struct TokenDocument: Sendable, Equatable {
    /// Names the document in reports.
    package var id: String
    /// Which source it is from.
    package var source: Int
    /// Its tokens, those of pictures as the model's image id.
    package var ids: [Int]
    /// What the prediction of each token counts; 0 for image tokens, prompts, and the first token, which nothing predicts.
    package var weights: [Float]
    /// Tokens from the first that see each other both ways; 0 for a causal document.
    package var prefix: Int
    /// Where the image tokens of each picture are.
    package var pictures: [Range<Int>]
    /// What the bridge reads beside each picture; empty where it reads no text.
    package var instructions: [[Int]]

    /// A document of these parts.
    package init(
        id: String, source: Int, ids: [Int], weights: [Float], prefix: Int = 0, pictures: [Range<Int>] = [],
        instructions: [[Int]] = []
    ) {
        precondition(ids.count == weights.count, "\(weights.count) weights for \(ids.count) tokens")
        self.id = id
        self.source = source
        self.ids = ids
        self.weights = weights
        self.prefix = prefix
        self.pictures = pictures
        self.instructions = instructions
    }

    /// Tokens whose prediction counts.
    package var lossTokens: Int { weights.count { $0 > 0 } }

    /// Image tokens.
    package var slots: Int { pictures.reduce(0) { $0 + $1.count } }
}
