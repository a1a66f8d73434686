import TensorEngine

/// Which experts the tokens of a pass go to.
package struct ExpertAssignment: Sendable {
    /// The router's rules.
    package let rules: RoutingRules
    /// Chosen experts, `[tokens·perToken]`, each token's by falling score.
    package let choices: [Int]
    /// Weights of the chosen experts, `[tokens, perToken]`; gradients flow to the router through them.
    package let weights: Tensor
    /// Which of the choices hold, `[tokens·perToken]`; the others are dropped.
    package let isKept: [Bool]
    /// `[tokens, experts]`
    package let logits: Tensor
    /// Softmax, or sigmoid, of the logits.
    package let scores: Tensor
    /// Which tokens count in losses and loads; nil for all.
    package let counted: [Bool]?

    /// How many tokens.
    package var tokens: Int { logits.shape[0] }

    /// The kept slots of each expert, in the order of the tokens.
    package var slots: [[Int]] {
        var slots = [[Int]](repeating: [], count: rules.experts)
        for (slot, expert) in choices.enumerated() where isKept[slot] { slots[expert].append(slot) }
        return slots
    }

    /// The tokens that count.
    private var countedTokens: [Int] { (0..<tokens).filter { counted?[$0] ?? true } }

    /// Losses and figures of this assignment.
    package func report(layer: Int) -> RouterReport {
        let rows = countedTokens
        var load = [Int](repeating: 0, count: rules.experts)
        var dropped = 0
        for token in rows {
            for slot in token * rules.perToken..<(token + 1) * rules.perToken {
                load[choices[slot]] += 1
                dropped += isKept[slot] ? 0 : 1
            }
        }
        let probabilities = probabilities
        return RouterReport(
            layer: layer, logits: logits, balanceLoss: balanceLoss(probabilities), zLoss: zLoss(rows),
            coefficients: (rules.balance, rules.z), load: load, dropped: dropped,
            entropy: RouterReport.entropy(of: probabilities.detached, rows: rows))
    }

    /// The scores as a distribution over experts.
    private var probabilities: Tensor {
        rules.kind == .biasBalanced ? scores.dividedByRowSums(plus: 1e-20) : scores
    }

    private func balanceLoss(_ probabilities: Tensor) -> Tensor {
        let group = rules.groupTokens ?? max(1, tokens)
        let losses = stride(from: 0, to: tokens, by: group).compactMap { start -> Tensor? in
            let range = start..<min(tokens, start + group)
            let rows = range.filter { counted?[$0] ?? true }
            guard !rows.isEmpty else { return nil }
            var shares = [Float](repeating: 0, count: rules.experts)
            let one = 1 / Float(rows.count * rules.perToken)
            for token in rows {
                for slot in token * rules.perToken..<(token + 1) * rules.perToken { shares[choices[slot]] += one }
            }
            let part = rows.count == tokens ? probabilities : probabilities.rows(rows)
            let mean = part.mean(axis: 0)  // [experts]
            return (mean * Tensor(shares, [rules.experts])).sum().scaled(by: Float(rules.experts))
        }
        let sum = losses.dropFirst().reduce(losses.first ?? Tensor(scalar: 0)) { $0 + $1 }
        return losses.count > 1 ? sum.scaled(by: 1 / Float(losses.count)) : sum
    }

    private func zLoss(_ rows: [Int]) -> Tensor {
        guard !rows.isEmpty else { return Tensor(scalar: 0) }
        let sums = (rows.count == tokens ? logits : logits.rows(rows)).logSumExp()  // [rows]
        return (sums * sums).mean()
    }
}
