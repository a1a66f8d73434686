import Synchronization

/// A named weight of a model: the value, and whether it is trained.
///
/// A class, since layers, optimiser and checkpoints speak of the same weight. Frozen parameters (the default) take no
/// part in recording: they never get a gradient, and stay in the file they are mapped from.
package final class Parameter: Sendable {
    /// The full path, in the spelling of Hugging Face checkpoints.
    package let name: String
    private struct State {
        var value: Tensor
        var leaf: GradientNode?
        var precision = ProductPrecision.float32
    }
    private let state: Mutex<State>

    /// A frozen parameter.
    package init(name: String, value: Tensor) {
        self.name = name
        state = Mutex(State(value: value.detached, leaf: nil))
    }

    /// The value, as a leaf where it is trained.
    package var tensor: Tensor {
        state.withLock { state in
            var tensor = state.value
            tensor.node = state.leaf
            tensor.productPrecision = state.precision
            return tensor
        }
    }

    /// Whether gradients flow to this parameter.
    package var isTrainable: Bool { state.withLock { $0.leaf != nil } }

    /// Lets gradients flow to this parameter, or stops them. A trained parameter is float32 and owned.
    package func setTrainable(_ isTrainable: Bool) {
        state.withLock { state in
            if !isTrainable {
                state.leaf = nil
            } else if state.leaf == nil {
                if state.value.dtype != .f32 || state.value.isMapped {
                    state.value = state.value.dtype == .f32 ? state.value.ownedCopy : state.value.converted(to: .f32)
                }
                state.leaf = GradientNode()
            }
        }
    }

    /// Chooses what products with this weight round to, on the way there and back; float32 unless said.
    package func setProductPrecision(_ precision: ProductPrecision) {
        state.withLock { $0.precision = precision }
    }

    /// Replaces the value by one of the same shape.
    package func set(_ value: Tensor) {
        state.withLock { state in
            precondition(value.shape == state.value.shape, "\(name): \(value.shape) for \(state.value.shape)")
            state.value = value.detached
        }
    }

    /// Changes the float32 value in place.
    package func update(_ body: (MutableFloats) -> Void) { state.withLock { $0.value.mutate(body) } }
}

extension Gradients {
    /// The gradient with respect to a trained parameter; nil where the scalar does not depend on it.
    package subscript(parameter: Parameter) -> Tensor? { self[parameter.tensor] }
}
