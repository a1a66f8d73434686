import TensorEngine

/// Layer normalisation over the last axis (Ba, Kiros & Hinton 2016).
package struct LayerNorm: Sendable {
    /// `[width]`; nil for the variants without parameters.
    package let gain: Parameter?
    /// `[width]`
    package let bias: Parameter?
    /// Added to the variance before the root.
    package let epsilon: Float

    /// The layer at `scope`, under torch's names `weight` and `bias`.
    package init(_ width: Int, epsilon: Double, affine: Bool = true, in scope: ParameterScope) {
        gain = affine ? scope.parameter("weight", [width], .ones) : nil
        bias = affine ? scope.parameter("bias", [width], .zeros) : nil
        self.epsilon = Float(epsilon)
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        x.layerNormalized(gain: gain?.tensor, bias: bias?.tensor, epsilon: epsilon)
    }
}

/// Root-mean-square normalisation over the last axis (Zhang & Sennrich 2019).
package struct RMSNorm: Sendable {
    /// `[width]`
    package let gain: Parameter
    /// Added to the mean square before the root.
    package let epsilon: Float

    /// The layer at `scope`, under the name `weight`.
    package init(_ width: Int, epsilon: Double, in scope: ParameterScope) {
        gain = scope.parameter("weight", [width], .ones)
        self.epsilon = Float(epsilon)
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor { x.rmsNormalized(gain: gain.tensor, epsilon: epsilon) }
}
