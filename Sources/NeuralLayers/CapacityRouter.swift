import TensorEngine

/// The router of Switch Transformers (Fedus, Zoph & Shazeer 2021): one expert a token, and at most `capacity` tokens of a
/// sequence an expert. Tokens that come too late go through no expert: their weight is zero.
package struct CapacityRouter: ExpertRouter {
    private let experts: Int
    private let capacity: Int
    private let projection: Linear

    /// The router at `scope`: `weight` of `[experts, width]` and perhaps `bias`.
    package init(width: Int, experts: Int, capacity: Int, bias: Bool, in scope: ParameterScope) {
        self.experts = experts
        self.capacity = capacity
        projection = Linear(width, experts, bias: bias, in: scope)
    }

    package func callAsFunction(_ x: Tensor, sequences: Int) -> Routing {
        let tokens = x.shape[0]
        let logits = projection(x)  // [tokens, experts]
        let probabilities = logits.softmax()
        let choices = SoftmaxRouter.greatest(1, of: probabilities.detached)
        let weights = probabilities.elements(at: choices.enumerated().map { $0 * experts + $1 })  // [tokens]
        let length = max(1, tokens / max(1, sequences))
        var used = [Int](repeating: 0, count: experts)
        let passes = choices.enumerated().map { token, expert -> Float in
            if token % length == 0 { used = [Int](repeating: 0, count: experts) }
            used[expert] += 1
            return used[expert] <= capacity ? 1 : 0
        }
        return Routing(
            experts: experts, perToken: 1, choices: choices,
            weights: weights.scalingRows(by: Tensor(passes, [tokens])).reshaped([tokens, 1]), logits: logits)
    }
}
