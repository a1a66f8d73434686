import TensorEngine

/// `y = x·Wᵀ + b`.
package struct Linear: Sendable {
    /// `[outputs, inputs]`
    package let weight: Parameter
    /// `[outputs]`
    package let bias: Parameter?

    /// The layer at `scope`, under torch's names `weight` and `bias`.
    package init(
        _ inputs: Int, _ outputs: Int, bias: Bool = true, initialiser: Initialiser = .normal(0.02),
        in scope: ParameterScope
    ) {
        weight = scope.parameter("weight", [outputs, inputs], initialiser)
        self.bias = bias ? scope.parameter("bias", [outputs], .zeros) : nil
    }

    /// A layer of parameters made elsewhere.
    package init(weight: Parameter, bias: Parameter? = nil) {
        self.weight = weight
        self.bias = bias
    }

    /// - Parameter x: `[..., inputs]`
    /// - Returns: `[..., outputs]`
    package func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight.tensor, bias: bias?.tensor) }
}
