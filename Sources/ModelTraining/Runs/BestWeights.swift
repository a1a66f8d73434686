import JSONText

/// The best dev evaluation of a run so far, and how long it is ago.
struct BestWeights: Sendable {
    /// Its step; nil before the first evaluation.
    private(set) var step: Int?
    /// Its score: the loss, or the share of exact matches.
    private(set) var score = 0.0
    /// Evaluations since.
    private(set) var waited = 0

    /// Takes in an evaluation.
    /// - Returns: whether it is the best so far.
    mutating func note(_ score: Double, step: Int, lowerIsBetter: Bool) -> Bool {
        let isWorse = self.step != nil && (lowerIsBetter ? score >= self.score : score <= self.score)
        if isWorse || !score.isFinite {
            waited += 1
            return false
        }
        (self.step, self.score, waited) = (step, score, 0)
        return true
    }

    /// What a checkpoint says of it.
    var json: JSONValue {
        guard let step else { return .null }
        return .object([("step", .integer(step)), ("score", .double(score)), ("waited", .integer(waited))])
    }

    /// None yet.
    init() {}

    /// What a checkpoint said.
    init(_ json: JSONValue?) {
        guard let step = json?["step"]?.integer, let score = json?["score"]?.double else { return }
        (self.step, self.score, waited) = (step, score, json?["waited"]?.integer ?? 0)
    }
}
