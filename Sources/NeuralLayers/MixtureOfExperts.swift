import TensorEngine

/// A feed-forward that stands beside others.
package protocol Expert: Sendable {
    /// - Parameter x: `[tokens, width]`
    /// - Returns: the shape of `x`
    func callAsFunction(_ x: Tensor) -> Tensor
}

extension FeedForward: Expert {}
extension GatedFeedForward: Expert {}

/// Feed-forwards side by side, of which a router chooses a few for each token (dropless).
package struct MixtureOfExperts: Sendable {
    private let router: any ExpertRouter
    private let experts: [any Expert]
    /// The experts again where all are plain SwiGLU ones: then the mixture is one operation.
    private let streamable: [GatedFeedForward]

    /// A mixture of parts made elsewhere.
    package init(router: some ExpertRouter, experts: [some Expert]) {
        self.router = router
        self.experts = experts
        let gated = experts as? [GatedFeedForward] ?? []
        streamable = gated.allSatisfy { $0.gate.bias == nil && $0.activation == .silu } ? gated : []
    }

    /// `y = Σ_j weight_j · expert_j(x)` over each token's chosen experts.
    ///
    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`, and how the tokens were routed.
    package func callAsFunction(_ x: Tensor) -> (output: Tensor, routing: Routing) {
        let width = x.shape.last ?? 1
        let tokens = x.reshaped([x.count / max(1, width), width])  // [tokens, width]
        let routing = router(tokens, sequences: x.shape.count == 3 ? x.shape[0] : 1)
        return (mixed(tokens, routing).reshaped(x.shape), routing)
    }

    /// The mixture for a routing made elsewhere.
    ///
    /// - Parameter x: `[tokens, width]`
    package func mixed(_ x: Tensor, _ routing: Routing) -> Tensor {
        if x.shape[0] <= Tensor.decodeRows, !x.isDifferentiable, !routing.weights.isDifferentiable,
            !streamable.isEmpty, !routing.choices.contains(where: { streamable[$0].isTrainable })
        {
            return decoded(x, routing)
        }
        if !streamable.isEmpty {
            return .mixture(
                x, choices: routing.choices, weights: routing.weights, experts: streamable.map(\.matrices))
        }
        return grouped(x, routing)
    }

    /// Few tokens: the chosen experts' weights are streamed once for each token that chose them, the others not touched.
    private func decoded(_ x: Tensor, _ routing: Routing) -> Tensor {
        .gatedExperts(x, weights: routing.weights, chosen: routing.choices.map { streamable[$0].matrices })
    }

    /// Many tokens, experts of any form: each takes all tokens that chose it at once; experts run beside each other.
    private func grouped(_ x: Tensor, _ routing: Routing) -> Tensor {
        var slots = [[Int]](repeating: [], count: routing.experts)
        for (slot, expert) in routing.choices.enumerated() { slots[expert].append(slot) }
        let used = slots.indices.filter { !slots[$0].isEmpty }
        let inputs = used.map { expert in x.rows(slots[expert].map { $0 / routing.perToken }) }
        let outputs = Tensor.segments(inputs) { index, input in experts[used[index]](input) }
        let order = used.flatMap { slots[$0] }
        let weights = routing.weights.reshaped([routing.choices.count]).elements(at: order)
        return Tensor.concatenated(outputs)  // [tokens·perToken, width], expert by expert
            .scalingRows(by: weights)
            .scatteredRows(to: order.map { $0 / routing.perToken }, rows: x.shape[0])
    }
}

extension GatedFeedForward {
    /// The three matrices.
    var matrices: GatedExpert {
        GatedExpert(gate: gate.weight.tensor, up: up.weight.tensor, down: down.weight.tensor)
    }

    /// Whether any of the matrices is trained.
    package var isTrainable: Bool {
        gate.weight.isTrainable || up.weight.isTrainable || down.weight.isTrainable
    }
}
