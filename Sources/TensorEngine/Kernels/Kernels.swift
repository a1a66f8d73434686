import CKernels

/// The C kernels as functions on views: counts are checked here, then the inner loops run on plain pointers.
///
/// Formulas and accuracy stand in `ckernels.h`. None of these starts threads; operations cut their work with
/// `WorkerPool` and call these on the pieces.
enum Kernels {
    /// An elementwise function of one operand.
    enum Unary: Sendable {
        case exponential, relu, gelu, geluTanh, quickGELU, silu, sigmoid, tanh
    }

    static func apply(_ function: Unary, _ x: Floats, into y: MutableFloats) {
        precondition(x.count == y.count)
        switch function {
        case .exponential: unsafe kernels.functions.exponential(x.pointer, y.pointer, x.count)
        case .relu: unsafe kernels.functions.relu(x.pointer, y.pointer, x.count)
        case .gelu: unsafe kernels.functions.gelu(x.pointer, y.pointer, x.count)
        case .geluTanh: unsafe kernels.functions.gelu_tanh(x.pointer, y.pointer, x.count)
        case .quickGELU: unsafe kernels.functions.quick_gelu(x.pointer, y.pointer, x.count)
        case .silu: unsafe kernels.functions.silu(x.pointer, y.pointer, x.count)
        case .sigmoid: unsafe kernels.functions.sigmoid(x.pointer, y.pointer, x.count)
        case .tanh: unsafe kernels.functions.tanh_(x.pointer, y.pointer, x.count)
        }
    }

    static func add(_ a: Floats, _ b: Floats, into y: MutableFloats) {
        precondition(a.count == y.count && b.count == y.count)
        unsafe kernels.functions.add(a.pointer, b.pointer, y.pointer, y.count)
    }

    static func subtract(_ a: Floats, _ b: Floats, into y: MutableFloats) {
        precondition(a.count == y.count && b.count == y.count)
        unsafe kernels.functions.subtract(a.pointer, b.pointer, y.pointer, y.count)
    }

    static func multiply(_ a: Floats, _ b: Floats, into y: MutableFloats) {
        precondition(a.count == y.count && b.count == y.count)
        unsafe kernels.functions.multiply(a.pointer, b.pointer, y.pointer, y.count)
    }

    static func multiplyAdd(_ a: Floats, _ b: Floats, into y: MutableFloats) {
        precondition(a.count == y.count && b.count == y.count)
        unsafe kernels.functions.multiply_add(a.pointer, b.pointer, y.pointer, y.count)
    }

    static func scale(_ x: Floats, by factor: Float, into y: MutableFloats) {
        precondition(x.count == y.count)
        unsafe kernels.functions.scale(x.pointer, factor, y.pointer, x.count)
    }

    /// `y += a·x`.
    static func addScaled(_ a: Float, _ x: Floats, into y: MutableFloats) {
        precondition(x.count == y.count)
        unsafe kernels.functions.axpy(a, x.pointer, y.pointer, x.count)
    }

    static func dot(_ a: Floats, _ b: Floats) -> Float {
        precondition(a.count == b.count)
        return unsafe kernels.functions.dot(a.pointer, b.pointer, a.count)
    }

    static func sum(_ x: Floats) -> Float { unsafe kernels.functions.sum(x.pointer, x.count) }
    static func sumOfSquares(_ x: Floats) -> Double { unsafe kernels.functions.sum_of_squares(x.pointer, x.count) }
    static func maximum(_ x: Floats) -> Float { unsafe kernels.functions.maximum(x.pointer, x.count) }

    static func swiglu(gate: Floats, up: Floats, into y: MutableFloats) {
        precondition(gate.count == y.count && up.count == y.count)
        unsafe kernels.functions.swiglu(gate.pointer, up.pointer, y.pointer, y.count)
    }

    /// Gradients of `silu(gate)·up`.
    static func swigluBackward(
        gate: Floats, up: Floats, gradient: Floats, intoGate: MutableFloats, intoUp: MutableFloats
    ) {
        let count = gate.count
        precondition([up.count, gradient.count, intoGate.count, intoUp.count].allSatisfy { $0 == count })
        unsafe kernels.functions.swiglu_backward(
            gate.pointer, up.pointer, gradient.pointer, intoGate.pointer, intoUp.pointer, count)
    }

    /// `dx = dy·f'(x)`; for sigmoid, tanh and exp by their outputs elsewhere.
    static func backward(_ function: Unary, _ x: Floats, gradient dy: Floats, into dx: MutableFloats) {
        precondition(x.count == dx.count && dy.count == dx.count)
        let count = x.count
        switch function {
        case .relu: unsafe kernels.functions.relu_backward(x.pointer, dy.pointer, dx.pointer, count)
        case .gelu: unsafe kernels.functions.gelu_backward(x.pointer, dy.pointer, dx.pointer, count)
        case .geluTanh: unsafe kernels.functions.gelu_tanh_backward(x.pointer, dy.pointer, dx.pointer, count)
        case .quickGELU: unsafe kernels.functions.quick_gelu_backward(x.pointer, dy.pointer, dx.pointer, count)
        case .silu: unsafe kernels.functions.silu_backward(x.pointer, dy.pointer, dx.pointer, count)
        case .exponential, .sigmoid, .tanh: preconditionFailure("\(function) goes back through its output")
        }
    }
}
