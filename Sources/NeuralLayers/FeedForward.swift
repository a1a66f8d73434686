import TensorEngine

/// The two matrices with an activation between: `W₂·f(W₁x + b₁) + b₂`.
package struct FeedForward: Sendable {
    private let expand: Linear
    private let contract: Linear
    private let activation: Activation

    /// A feed-forward of layers made elsewhere.
    package init(expand: Linear, contract: Linear, activation: Activation) {
        self.expand = expand
        self.contract = contract
        self.activation = activation
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor { contract(expand(x).activated(activation)) }
}

/// The gated feed-forward `W_down·(f(W_gate x) · W_up x)` (Shazeer 2020; SwiGLU for f = silu).
package struct GatedFeedForward: Sendable {
    package let gate: Linear
    package let up: Linear
    package let down: Linear
    package let activation: Activation

    /// The layer at `scope`, under Llama's names `gate_proj`, `up_proj`, `down_proj`.
    package init(width: Int, hidden: Int, activation: Activation, bias: Bool = false, in scope: ParameterScope) {
        gate = Linear(width, hidden, bias: bias, in: scope / "gate_proj")
        up = Linear(width, hidden, bias: bias, in: scope / "up_proj")
        down = Linear(hidden, width, bias: bias, in: scope / "down_proj")
        self.activation = activation
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        let gated =
            activation == .silu ? Tensor.swiglu(gate: gate(x), up: up(x)) : gate(x).activated(activation) * up(x)
        return down(gated)
    }
}
