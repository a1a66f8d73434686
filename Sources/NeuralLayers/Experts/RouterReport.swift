import Foundation
import TensorEngine

/// What one router did in one pass: losses to be added to the objective, and figures for the log.
package struct RouterReport: Sendable {
    /// Which layer.
    package let layer: Int
    /// `[tokens, experts]`; gradients flow through them.
    package let logits: Tensor
    /// `E·Σ_i f_i·P̄_i`, averaged over groups: f_i the share of a group's assignments that chose expert i, P̄_i its mean
    /// probability. 1 at balance whatever k, E when one expert takes all; the gradient goes through P̄ alone. (The form of
    /// transformers counts memberships and is k times as great.)
    package let balanceLoss: Tensor
    /// `mean_t (log Σ_i exp l[t, i])²`
    package let zLoss: Tensor
    /// What the two losses are multiplied by in the objective.
    package let coefficients: (balance: Double, z: Double)
    /// How many tokens chose each expert, dropped ones included.
    package let load: [Int]
    /// Assignments that found no place, or were left out at random.
    package let dropped: Int
    /// Mean entropy of the router's probabilities, in nats.
    package let entropy: Double

    /// Assignments in all.
    package var assignments: Int { load.reduce(0, +) }

    /// `max load / mean load − 1`: 0 when loads are even.
    package var maximalViolation: Double {
        let mean = Double(assignments) / Double(max(1, load.count))
        return mean > 0 ? Double(load.max() ?? 0) / mean - 1 : 0
    }

    /// Share of assignments that were dropped.
    package var droppedShare: Double { Double(dropped) / Double(max(1, assignments)) }
}

extension RouterReport {
    /// The mean over `rows` of `−Σ p ln p`.
    static func entropy(of probabilities: Tensor, rows: [Int]) -> Double {
        let width = probabilities.shape.last ?? 1
        let p = probabilities.array
        let total = rows.reduce(0.0) { sum, row in
            p[row * width..<(row + 1) * width].reduce(sum) { $1 > 0 ? $0 - Double($1) * log(Double($1)) : $0 }
        }
        return total / Double(max(1, rows.count))
    }
}
