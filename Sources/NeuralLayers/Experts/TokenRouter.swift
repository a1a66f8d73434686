import TensorEngine

/// A linear router: which experts each token goes to and with what weight, by one of four rules, all in float32.
package struct TokenRouter: Sendable {
    /// The rules it was made with.
    package let rules: RoutingRules
    private let projection: ScaledLinear
    /// b of `biasBalanced`, `[experts]`: a buffer, moved by the loads.
    package let balancingBias: Parameter?

    /// The router at `scope`: `weight` of `[experts, width]`, and DeepSeek's `e_score_correction_bias`.
    package init(width: WidthAxis, rules: RoutingRules, plan: ParameterPlan, in scope: ParameterScope) {
        self.rules = rules
        projection = plan.linear(inputs: width, outputs: WidthAxis(rules.experts), deviation: 0.02, in: scope)
        balancingBias =
            rules.kind == .biasBalanced
            ? plan.vector("e_score_correction_bias", rules.experts, isTrained: false, in: scope) : nil
    }

    /// The assignment of `x`, `[tokens, width]`.
    package func callAsFunction(_ x: Tensor, training: inout TrainingMode?) -> ExpertAssignment {
        assignment(ofLogits: projection(jittered(x, &training)), training: &training)
    }

    /// The assignment for logits made elsewhere, `[tokens, experts]`.
    package func assignment(ofLogits logits: Tensor, training: inout TrainingMode?) -> ExpertAssignment {
        let perToken = rules.perToken
        let scores = rules.kind == .biasBalanced ? logits.sigmoid() : logits.softmax()
        var selection = scores.detached
        if let bias = balancingBias { selection = selection.addingToRows(bias.tensor.detached) }
        let choices = Self.greatest(perToken, of: selection)
        let flat = choices.enumerated().map { slot, expert in slot / perToken * rules.experts + expert }
        var weights = scores.elements(at: flat).reshaped([logits.shape[0], perToken])
        switch rules.kind {
        case .switchOne: break
        case .topTwo: weights = weights.dividedByRowSums(plus: 1e-9)
        case .topK: if rules.normalises { weights = weights.dividedByRowSums() }
        case .biasBalanced:
            weights = weights.dividedByRowSums(plus: 1e-20)
            if rules.outputScale != 1 { weights = weights.scaled(by: Float(rules.outputScale)) }
        }
        let isKept = kept(choices, weights, &training)
        return ExpertAssignment(
            rules: rules, choices: choices, weights: weights, isKept: isKept, logits: logits, scores: scores,
            counted: training?.counted)
    }

    /// The router's input under training's jitter; experts see `x` itself.
    private func jittered(_ x: Tensor, _ training: inout TrainingMode?) -> Tensor {
        guard rules.jitter > 0, training != nil else { return x }
        var generator = SeededGenerator(seed: training?.generator.next() ?? 0)
        let noise = Tensor.drawn(x.shape, .uniform(rules.jitter), using: &generator)
        return x + x * noise
    }

    /// Which of the slots `[tokens·perToken]` keep their expert: in training seconds are left out at random and experts
    /// have only so many places; all keep it in evaluation.
    private func kept(_ choices: [Int], _ weights: Tensor, _ training: inout TrainingMode?) -> [Bool] {
        var isKept = [Bool](repeating: true, count: choices.count)
        guard training != nil else { return isKept }
        let tokens = choices.count / rules.perToken
        if rules.kind == .topTwo, rules.secondThreshold > 0 {
            let weight = weights.array
            for token in 0..<tokens {
                let chance = Double(weight[token * 2 + 1]) / rules.secondThreshold
                isKept[token * 2 + 1] = (training?.generator.unit() ?? 0) < chance
            }
        }
        let group = rules.groupTokens ?? max(1, tokens)
        for start in stride(from: 0, to: tokens, by: group) {
            let range = start..<min(tokens, start + group)
            guard let capacity = rules.capacity(of: range.count) else { break }
            var taken = [Int](repeating: 0, count: rules.experts)
            // All first choices stand before all second ones, in the order of the tokens: no token depends on a later one
            // for its first choice.
            for rank in 0..<rules.perToken {
                for token in range {
                    let slot = token * rules.perToken + rank
                    guard isKept[slot], training?.counted?[token] ?? true else {
                        isKept[slot] = false
                        continue
                    }
                    isKept[slot] = taken[choices[slot]] < capacity
                    taken[choices[slot]] += isKept[slot] ? 1 : 0
                }
            }
        }
        return isKept
    }

    /// The columns of the `count` greatest elements of each row, by falling value, the lower column first among equals.
    static func greatest(_ count: Int, of scores: Tensor) -> [Int] {
        let (rows, width) = (scores.shape[0], scores.shape[1])
        let values = scores.array
        var found: [Int] = []
        found.reserveCapacity(rows * count)
        for row in 0..<rows {
            let start = row * width
            for rank in 0..<count {
                let taken = found[(row * count)..<(row * count + rank)]
                var best = -1
                for column in 0..<width where best < 0 || values[start + column] > values[start + best] {
                    if !taken.contains(column) { best = column }
                }
                found.append(best)
            }
        }
        return found
    }

    /// Moves the balancing biases after a step: `b_i ← b_i + u·sign(mean load − load_i)`.
    ///
    /// - Parameter load: tokens that chose each expert, over the whole batch of the step.
    package func balance(load: [Int]) {
        guard let bias = balancingBias else { return }
        precondition(load.count == rules.experts, "\(load.count) loads for \(rules.experts) experts")
        let mean = Double(load.reduce(0, +)) / Double(load.count)
        bias.update { values in
            for (expert, count) in load.enumerated() where Double(count) != mean {
                values[expert] += Float(Double(count) < mean ? rules.biasStep : -rules.biasStep)
            }
        }
    }
}

extension Tensor {
    /// Every row divided by its sum plus `epsilon`.
    func dividedByRowSums(plus epsilon: Float) -> Tensor {
        let sums = sum(axis: shape.count - 1)
        return scalingRows(by: (sums + Tensor(repeating: epsilon, sums.shape)).reciprocal())
    }
}
