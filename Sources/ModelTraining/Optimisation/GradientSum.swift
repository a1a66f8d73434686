import TensorEngine

/// The gradients of one step by parameter name, added over its micro-batches in their order.
package struct GradientSum: Sendable {
    private var sums: [String: Tensor] = [:]
    private var order: [String] = []

    /// No gradients.
    package init() {}

    /// The gradients of one loss.
    package init(_ gradients: Gradients, of parameters: [Parameter]) { add(gradients, of: parameters) }

    /// Adds the gradients of one more loss.
    package mutating func add(_ gradients: Gradients, of parameters: [Parameter]) {
        for parameter in parameters {
            guard let gradient = gradients[parameter] else { continue }
            if let earlier = sums.removeValue(forKey: parameter.name) {
                sums[parameter.name] = (earlier + gradient).detached
            } else {
                sums[parameter.name] = gradient.detached
                order.append(parameter.name)
            }
        }
    }

    /// The gradient of a parameter; nil where no loss depended on it.
    package subscript(parameter: Parameter) -> Tensor? { sums[parameter.name] }

    /// The 2-norm over all gradients together, as `torch.nn.utils.clip_grad_norm_` computes it, in double.
    package var norm: Double {
        order.reduce(0) { $0 + (sums[$1]?.sumOfSquares ?? 0) }.squareRoot()
    }

    /// The first parameter whose gradient holds something that is no number.
    package var firstNonFinite: String? { order.first { !(sums[$0]?.sumOfSquares.isFinite ?? true) } }
}
