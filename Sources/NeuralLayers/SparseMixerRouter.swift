import TensorEngine

/// Phi-3.5-MoE's router (Liu et al. 2024, GRIN MoE), as it works after training: the best expert, then the best of the others.
///
/// The weight of each is its share in a softmax over the experts whose score is near its own: those with
/// `(best − s) / max(|s|, best) ≤ 2·jitter`. The two weights do not add up to 1.
package struct SparseMixerRouter: ExpertRouter {
    private static let perToken = 2
    private let experts: Int
    private let jitter: Float
    private let projection: Linear

    /// The router at `scope`, one matrix `weight` of `[experts, width]`.
    package init(width: Int, experts: Int, jitter: Double, in scope: ParameterScope) {
        precondition(experts >= Self.perToken, "two experts of \(experts)")
        self.experts = experts
        self.jitter = Float(jitter)
        projection = Linear(width, experts, bias: false, in: scope)
    }

    package func callAsFunction(_ x: Tensor, sequences: Int) -> Routing {
        let logits = projection(x)  // [tokens, experts]
        let scores = logits.array
        let tokens = x.shape[0]
        var choices: [Int] = []
        var weights: [Tensor] = []
        var taken = [Int?](repeating: nil, count: tokens)
        for _ in 0..<Self.perToken {
            let hidden = Tensor(hiding(scores, without: taken), [tokens, experts])
            let best = (0..<tokens).map { Self.greatest(scores[$0 * experts..<($0 + 1) * experts], without: taken[$0]) }
            let shares = (logits + hidden).softmax()
            weights.append(shares.elements(at: best.enumerated().map { $0 * experts + $1 }).reshaped([tokens, 1]))
            choices += best
            taken = best
        }
        let interleaved = (0..<tokens).flatMap { [choices[$0], choices[tokens + $0]] }
        return Routing(
            experts: experts, perToken: Self.perToken, choices: interleaved,
            weights: .concatenated(weights, axis: 1), logits: logits)
    }

    /// Zero for the experts that take part in the softmax, −∞ for the others, `[tokens·experts]`.
    private func hiding(_ scores: [Float], without taken: [Int?]) -> [Float] {
        taken.indices.flatMap { token -> [Float] in
            let line = Array(scores[token * experts..<(token + 1) * experts])
            let best = line[Self.greatest(line[...], without: taken[token])]
            return line.indices.map { expert in
                let isFar = (best - line[expert]) / max(abs(line[expert]), best) > 2 * jitter
                return isFar || expert == taken[token] ? -.infinity : 0
            }
        }
    }

    /// Where the greatest element stands, counted from the start of `line`, `taken` left out; the first among equals.
    private static func greatest(_ line: ArraySlice<Float>, without taken: Int?) -> Int {
        var best: Int?
        for (index, score) in line.enumerated() where index != taken {
            if let found = best, score <= line[line.startIndex + found] { continue }
            best = index
        }
        return best ?? 0
    }
}
