import TensorEngine

/// gpt-oss's expert: `W_down·((u + 1)·g·sigmoid(α·g)) + b`, where `g = min(W_gate x + b, limit)` and
/// `u = W_up x + b` cut to ± limit.
package struct ClampedFeedForward: Expert {
    private let gate: Linear
    private let up: Linear
    private let down: Linear
    private let slope: Float
    private let limit: Float

    /// The layer at `scope`, under the names `gate_proj`, `up_proj`, `down_proj`.
    ///
    /// - Parameter slope: α, 1.702 for the sigmoid that is near a GELU.
    package init(width: Int, hidden: Int, slope: Double, limit: Double, in scope: ParameterScope) {
        gate = Linear(width, hidden, in: scope / "gate_proj")
        up = Linear(width, hidden, in: scope / "up_proj")
        down = Linear(hidden, width, in: scope / "down_proj")
        self.slope = Float(slope)
        self.limit = Float(limit)
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        let gated = gate(x).clamped(above: limit)
        let unit = gated * gated.scaled(by: slope).sigmoid()
        return down(up(x).clamped(to: limit) * unit + unit)
    }
}
