import TensorEngine

/// The nonlinearity of a dense feed-forward of our decoder.
package enum FeedForwardActivation: String, Sendable, CaseIterable {
    case relu
    case gelu
    /// Two matrices instead of one: `silu(gate)·up` (Shazeer 2020).
    case swiglu
}

/// A feed-forward without biases: `W_down·f(W_up x)`, or `W_down·(silu(W_gate x)·W_up x)`.
package struct DenseFeedForward: Sendable {
    package let up: ScaledLinear
    /// Present for SwiGLU.
    package let gate: ScaledLinear?
    package let down: ScaledLinear
    package let activation: FeedForwardActivation

    /// The layer at `scope`, under Llama's names `gate_proj`, `up_proj`, `down_proj`.
    package init(
        width: WidthAxis, hidden: WidthAxis, activation: FeedForwardActivation, gain: Double = 1, share: Double = 1,
        plan: ParameterPlan, in scope: ParameterScope
    ) {
        self.activation = activation
        gate =
            activation == .swiglu
            ? plan.linear(inputs: width, outputs: hidden, share: share, in: scope / "gate_proj") : nil
        up = plan.linear(inputs: width, outputs: hidden, share: share, in: scope / "up_proj")
        down = plan.linear(inputs: hidden, outputs: width, gain: gain, share: share, in: scope / "down_proj")
    }

    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    package func callAsFunction(_ x: Tensor) -> Tensor {
        if let gate { return down(Tensor.swiglu(gate: gate(x), up: up(x))) }
        return down(up(x).activated(activation == .relu ? .relu : .gelu))
    }

    /// Gate, up and down as plain matrices; nil where the layer is more than those, or is trained.
    package var plainGated: GatedExpert? {
        guard let gate, gate.multiplier == 1, up.multiplier == 1, down.multiplier == 1,
            !gate.weight.isTrainable, !up.weight.isTrainable, !down.weight.isTrainable
        else { return nil }
        return GatedExpert(gate: gate.weight.tensor, up: up.weight.tensor, down: down.weight.tensor)
    }
}

/// A feed-forward that treats each token by itself: dense, or one-in-N sparse. What experts are, and what stands where
/// there are none.
package enum SingleFeedForward: Sendable {
    case dense(DenseFeedForward)
    case sparse(SparseFeedForward)

    /// What a call gives.
    package struct Result: Sendable {
        /// `[tokens, width]`
        package let output: Tensor
        /// How often each unit was chosen, where asked for.
        package let usage: [Int]?
        /// Rows touched, where a sparse layer decoded.
        package let rows: ChosenRowCount?
    }

    /// The layer for `x`, `[tokens, width]`; units are counted where `countsUsage`.
    package func callAsFunction(_ x: Tensor, step: SparseStep, countsUsage: Bool) -> Result {
        switch self {
        case .dense(let layer): return Result(output: layer(x), usage: nil, rows: nil)
        case .sparse(let layer):
            let result = layer(x, step: step)
            return Result(
                output: result.output, usage: countsUsage ? layer.usage(result) : nil, rows: result.rows)
        }
    }

    /// The rules of a sparse layer.
    package var rules: SparsityRules? { if case .sparse(let layer) = self { layer.rules } else { nil } }

    /// Units of a sparse layer.
    package var sparseUnits: Int { if case .sparse(let layer) = self { layer.units } else { 0 } }
}
