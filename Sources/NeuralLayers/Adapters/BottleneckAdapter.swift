import TensorEngine

/// A bottleneck behind a sublayer of a frozen decoder: `y + W₂·relu(W₁y + b₁) + b₂` (Eichenberg et al. 2022, MAGMA §3.1, after
/// Houlsby et al. 2019), y being what the sublayer adds to the residual stream.
///
/// All weights and biases are drawn from N(0, 10⁻³), cut at two standard deviations (drawn again there, where MAGMA's code
/// clamps), so that it begins near the identity.
package struct BottleneckAdapter: Sendable {
    private let down: Linear
    private let up: Linear

    /// What everything is drawn from.
    private static let initialiser = Initialiser.truncatedNormal(1e-3)

    /// The adapter at `scope` (`down`, `up`), of `hidden` units.
    package init(width: Int, hidden: Int, in scope: ParameterScope) {
        func linear(_ inputs: Int, _ outputs: Int, in scope: ParameterScope) -> Linear {
            Linear(
                weight: scope.parameter("weight", [outputs, inputs], Self.initialiser),
                bias: scope.parameter("bias", [outputs], Self.initialiser))
        }
        down = linear(width, hidden, in: scope / "down")
        up = linear(hidden, width, in: scope / "up")
    }

    /// - Parameter y: `[..., width]`
    /// - Returns: the shape of `y`
    package func callAsFunction(_ y: Tensor) -> Tensor { y + up(down(y).activated(.relu)) }
}
