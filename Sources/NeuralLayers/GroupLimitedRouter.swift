import TensorEngine

/// DeepSeek's routers (DeepSeek-V2 §2.2, DeepSeek-V3 §2.1.2): experts lie in groups, the best groups are kept, and the k
/// best experts of those are taken.
///
/// V2: scores are `softmax(W x)`, a group is as good as its best expert. V3: scores are `sigmoid(W x)`; for choosing, a
/// correction is added to each expert's score, and a group is as good as its two best experts together. Weights are the
/// scores without the correction.
package struct GroupLimitedRouter: ExpertRouter {
    /// How experts are chosen.
    package struct Choice: Sendable, Equatable {
        /// Experts in all, a multiple of `groups`.
        package var experts: Int
        /// Experts a token.
        package var perToken: Int
        /// Groups of experts; 1 for none.
        package var groups = 1
        /// Groups that are kept for a token.
        package var groupsKept = 1
        /// Whether the chosen experts' weights are divided by their sum.
        package var normalises = false
        /// What weights are multiplied by.
        package var scale = 1.0
        /// Whether scores are sigmoids with a correction (V3) rather than a softmax (V2).
        package var usesSigmoid = false

        /// The choice of `perToken` experts of `experts`.
        package init(experts: Int, perToken: Int) {
            self.experts = experts
            self.perToken = perToken
        }
    }

    private let choice: Choice
    private let projection: Linear
    private let correction: Parameter?

    /// The router at `scope`: `weight` of `[experts, width]`, and `e_score_correction_bias` where scores are sigmoids.
    package init(width: Int, choice: Choice, in scope: ParameterScope) {
        precondition(choice.experts % choice.groups == 0, "\(choice.experts) experts in \(choice.groups) groups")
        self.choice = choice
        projection = Linear(width, choice.experts, bias: false, in: scope)
        correction = choice.usesSigmoid ? scope.parameter("e_score_correction_bias", [choice.experts], .zeros) : nil
    }

    package func callAsFunction(_ x: Tensor, sequences: Int) -> Routing {
        let logits = projection(x)  // [tokens, experts]
        let scores = choice.usesSigmoid ? logits.sigmoid() : logits.softmax()
        let choices = chosen(scores.array)
        let flat = choices.enumerated().map { $0 / choice.perToken * choice.experts + $1 }
        var weights = scores.elements(at: flat).reshaped([x.shape[0], choice.perToken])
        if choice.normalises { weights = weights.dividedByRowSums() }
        if choice.scale != 1 { weights = weights.scaled(by: Float(choice.scale)) }
        return Routing(
            experts: choice.experts, perToken: choice.perToken, choices: choices, weights: weights, logits: logits)
    }

    /// The experts of each token, by falling score.
    private func chosen(_ scores: [Float]) -> [Int] {
        let correction = correction?.tensor.array
        let size = choice.experts / choice.groups
        let best = choice.usesSigmoid ? 2 : 1
        return stride(from: 0, to: scores.count, by: choice.experts).flatMap { start -> ArraySlice<Int> in
            var line = Array(scores[start..<start + choice.experts])
            if let correction { for index in line.indices { line[index] += correction[index] } }
            let order = line.indices.sorted { (line[$0], -$0) > (line[$1], -$1) }
            guard choice.groupsKept < choice.groups else { return order.prefix(choice.perToken) }
            var sums = [Float](repeating: 0, count: choice.groups)
            var counted = [Int](repeating: 0, count: choice.groups)
            for expert in order where counted[expert / size] < best {
                counted[expert / size] += 1
                sums[expert / size] += line[expert]
            }
            let groups = Set(sums.indices.sorted { (sums[$0], -$0) > (sums[$1], -$1) }.prefix(choice.groupsKept))
            return order.filter { groups.contains($0 / size) }.prefix(choice.perToken)
        }
    }
}
