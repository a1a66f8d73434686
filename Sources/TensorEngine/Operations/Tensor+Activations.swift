/// A pointwise nonlinearity between the matrices of a feed-forward, under its name in Hugging Face configs.
package enum Activation: String, Sendable, Codable, CaseIterable {
    /// `max(0, x)`
    case relu
    /// `½x(1 + erf(x/√2))`
    case gelu
    /// `½x(1 + tanh(√(2/π)(x + 0.044715x³)))`
    case geluTanh = "gelu_pytorch_tanh"
    /// `x·sigmoid(1.702x)`
    case quickGELU = "quick_gelu"
    /// `x·sigmoid(x)`
    case silu

    /// The activation of this name in `hidden_act`, in any of the spellings transformers knows for it.
    package init?(named name: String) {
        switch name {
        case "relu": self = .relu
        case "gelu", "gelu_python": self = .gelu
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate": self = .geluTanh
        case "quick_gelu": self = .quickGELU
        case "silu", "swish": self = .silu
        default: return nil
        }
    }

    var kernel: Kernels.Unary {
        switch self {
        case .relu: .relu
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .quickGELU: .quickGELU
        case .silu: .silu
        }
    }
}

extension Tensor {
    /// The activation of every element.
    package func activated(_ activation: Activation) -> Tensor {
        let x = floats
        let function = activation.kernel
        let input = detached
        return mapped { range, output in Kernels.apply(function, x[range], into: output) }
            .recorded(from: [self]) { gradient in
                let x = input.floats
                return [
                    gradient.mapped { range, output in
                        Kernels.backward(function, x[range], gradient: gradient.floats[range], into: output)
                    }
                ]
            }
    }

    /// `silu(gate) · up`, the gated unit of Llama's feed-forward (Shazeer 2020, SwiGLU).
    package static func swiglu(gate: Tensor, up: Tensor) -> Tensor {
        precondition(gate.shape == up.shape, "a gate of \(gate.shape) for \(up.shape)")
        let (g, u) = (gate.floats, up.floats)
        let (keptGate, keptUp) = (gate.detached, up.detached)
        return gate.mapped { range, output in Kernels.swiglu(gate: g[range], up: u[range], into: output) }
            .recorded(from: [gate, up]) { gradient in
                let (g, u, dy) = (keptGate.floats, keptUp.floats, gradient.floats)
                let toGate = MutableFloats(scratch: g.count)
                let toUp = MutableFloats(scratch: g.count)
                WorkerPool.forEachRange(of: g.count, size: elementwiseGrain) { range in
                    Kernels.swigluBackward(
                        gate: g[range], up: u[range], gradient: dy[range], intoGate: toGate[range], intoUp: toUp[range])
                }
                return [Tensor(owning: toGate, keptGate.shape), Tensor(owning: toUp, keptUp.shape)]
            }
    }

    /// `1 / (1 + e⁻ˣ)` of every element.
    package func sigmoid() -> Tensor { viaOutput(.sigmoid) { s in s * (1 - s) } }

    /// The hyperbolic tangent of every element.
    package func tanh() -> Tensor { viaOutput(.tanh) { t in 1 - t * t } }

    /// `eˣ` of every element.
    package func exponential() -> Tensor { viaOutput(.exponential) { $0 } }

    /// A function whose derivative is a function of its own output.
    private func viaOutput(_ function: Kernels.Unary, derivative: @escaping @Sendable (Float) -> Float) -> Tensor {
        let x = floats
        let output = mapped { range, output in Kernels.apply(function, x[range], into: output) }
        return output.recorded(from: [self]) { gradient in
            let (y, dy) = (output.floats, gradient.floats)
            return [
                gradient.mapped { range, target in
                    for index in 0..<range.count {
                        target[index] = dy[range.lowerBound + index] * derivative(y[range.lowerBound + index])
                    }
                }
            ]
        }
    }

    /// A float32 tensor over memory that nobody else writes any more.
    init(owning elements: MutableFloats, _ shape: [Int]) {
        precondition(elements.start == 0 && elements.count == shape.product)
        self.init(shape: shape, dtype: .f32, storage: elements.storage, byteOffset: 0)
    }
}
