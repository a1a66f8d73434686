import TensorEngine

/// Which experts each token goes to, and with what weight.
package struct Routing: Sendable {
    /// Experts in all.
    package let experts: Int
    /// Experts a token.
    package let perToken: Int
    /// Chosen experts, `[tokens·perToken]`, each token's by falling score.
    package let choices: [Int]
    /// Weights of the chosen experts, `[tokens, perToken]`; gradients flow to the router through them.
    package let weights: Tensor
    /// `[tokens, experts]`
    package let logits: Tensor

    /// How many tokens.
    package var tokens: Int { choices.count / max(1, perToken) }
}

/// What sends tokens to experts.
package protocol ExpertRouter: Sendable {
    /// - Parameters:
    ///   - x: `[tokens, width]`
    ///   - sequences: how many sequences of one length the tokens are, for routers that count within each.
    func callAsFunction(_ x: Tensor, sequences: Int) -> Routing
}

/// A linear router with softmax and top-k (Shazeer et al. 2017; the form of Mixtral, OLMoE and Qwen-MoE).
///
/// `p = softmax(W_r x)` over all experts in float32; the k greatest are taken, and divided by their sum where
/// `normalises`. Equal scores go to the lower index.
package struct SoftmaxRouter: ExpertRouter {
    private let projection: Linear
    private let perToken: Int
    private let normalises: Bool

    /// The router at `scope`: `weight` of `[experts, width]`, and `bias` where there is one.
    package init(
        width: Int, experts: Int, perToken: Int, normalises: Bool, bias: Bool = false, in scope: ParameterScope
    ) {
        projection = Linear(width, experts, bias: bias, in: scope)
        self.perToken = perToken
        self.normalises = normalises
    }

    /// - Parameter x: `[tokens, width]`
    package func callAsFunction(_ x: Tensor) -> Routing {
        let logits = projection(x)  // [tokens, experts]
        let probabilities = logits.softmax()
        let experts = logits.shape[1]
        let choices = Self.greatest(perToken, of: probabilities.detached)
        let flat = choices.enumerated().map { index, expert in index / perToken * experts + expert }
        var weights = probabilities.elements(at: flat).reshaped([x.shape[0], perToken])
        if normalises { weights = weights.dividedByRowSums() }
        return Routing(experts: experts, perToken: perToken, choices: choices, weights: weights, logits: logits)
    }

    package func callAsFunction(_ x: Tensor, sequences: Int) -> Routing { self(x) }

    /// The columns of the `count` greatest elements of each row, by falling value, the lower column first among equals.
    package static func greatest(_ count: Int, of scores: Tensor) -> [Int] {
        let width = scores.shape[1]
        let values = scores.array
        return (0..<scores.shape[0]).flatMap { row in
            let line = values[row * width..<(row + 1) * width]
            let order = line.indices.sorted { line[$0] != line[$1] ? line[$0] > line[$1] : $0 < $1 }
            return order.prefix(count).map { $0 - row * width }
        }
    }
}

extension Tensor {
    /// Every row divided by its sum.
    package func dividedByRowSums() -> Tensor {
        let sums = sum(axis: shape.count - 1)  // [...]
        return scalingRows(by: sums.reciprocal())
    }
}
