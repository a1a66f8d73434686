import Synchronization
import TensorEngine

/// Takes a model's parameters from a scope and writes down, under their paths, what an optimiser has to know of each.
package final class ParameterPlan: Sendable {
    private let settings = Mutex<[String: ParameterSetting]>([:])

    /// An empty plan.
    package init() {}

    /// What was written down, by path.
    package var all: [String: ParameterSetting] { settings.withLock(\.self) }

    /// A matrix `[outputs, inputs]` that is multiplied from the right, as in torch.
    ///
    /// - Parameters:
    ///   - deviation: see `MatrixScaling`.
    ///   - share: of its elements read for one token.
    package func linear(
        _ name: String = "weight", inputs: WidthAxis, outputs: WidthAxis, gain: Double = 1, deviation: Double? = nil,
        share: Double = 1, in scope: ParameterScope
    ) -> ScaledLinear {
        let scaling = MatrixScaling(fanIn: inputs, fanOut: outputs, gain: gain, deviation: deviation)
        let weight = matrix(name, [outputs.length, inputs.length], scaling, share: share, in: scope)
        return ScaledLinear(weight: weight, multiplier: scaling.multiplier)
    }

    /// A matrix of this shape, scaled as said.
    package func matrix(
        _ name: String, _ shape: [Int], _ scaling: MatrixScaling, share: Double = 1,
        in scope: ParameterScope
    ) -> Parameter {
        let parameter = scope.parameter(name, shape, .normal(scaling.deviation))
        note(
            parameter,
            ParameterSetting(learningRate: scaling.learningRate, decay: scaling.decay, share: share))
        return parameter
    }

    /// A gain or a bias: one learning rate at every width, no decay.
    package func vector(
        _ name: String, _ count: Int, _ initialiser: Initialiser = .zeros, isTrained: Bool = true, share: Double = 1,
        in scope: ParameterScope
    ) -> Parameter {
        let parameter = scope.parameter(name, [count], initialiser)
        note(parameter, ParameterSetting(decay: 0, isTrained: isTrained, share: share))
        return parameter
    }

    /// A root-mean-square norm over `width`.
    package func norm(_ width: Int, epsilon: Double, in scope: ParameterScope) -> RMSNorm {
        let norm = RMSNorm(width, epsilon: epsilon, in: scope)
        note(norm.gain, ParameterSetting(decay: 0))
        return norm
    }

    private func note(_ parameter: Parameter, _ setting: ParameterSetting) {
        settings.withLock { $0[parameter.name] = setting }
    }
}

/// `y = multiplier · x·Wᵀ`.
package struct ScaledLinear: Sendable {
    /// `[outputs, inputs]`
    package let weight: Parameter
    /// 1, or 1/m of a readout under maximal-update parametrisation.
    package let multiplier: Float

    /// A matrix made elsewhere.
    package init(weight: Parameter, multiplier: Float = 1) {
        self.weight = weight
        self.multiplier = multiplier
    }

    /// - Parameter x: `[..., inputs]`
    /// - Returns: `[..., outputs]`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        let product = x.linear(weight.tensor)
        return multiplier == 1 ? product : product.scaled(by: multiplier)
    }
}
