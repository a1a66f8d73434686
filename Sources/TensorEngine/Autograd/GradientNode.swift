import Synchronization

/// One recorded operation: whom its inputs came from, and how a gradient goes back to them.
///
/// Nodes are numbered as they are made, so an operation's number is greater than those of its inputs: walking back in
/// falling order visits everything once, after all that depends on it.
package final class GradientNode: Sendable {
    /// From the gradient of the output to the gradients of the parents, in their order; nil where there is none.
    package typealias Backward = @Sendable (_ gradient: Tensor) -> [Tensor?]

    private static let counter = Atomic<UInt64>(1)
    let number: UInt64
    let parents: [GradientNode?]
    private let backward: Mutex<Backward?>

    /// A leaf: gradients end here.
    init() {
        number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
        parents = []
        backward = Mutex(nil)
    }

    init(parents: [GradientNode?], backward: @escaping Backward) {
        number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
        self.parents = parents
        self.backward = Mutex(backward)
    }

    var isLeaf: Bool { parents.isEmpty }

    /// The way back, once: what it kept for itself is freed after use, so that memory falls as gradients are computed.
    func takeBackward() -> Backward? {
        backward.withLock { stored in
            defer { stored = nil }
            return stored
        }
    }
}

extension Tensor {
    /// This tensor as a new leaf to which gradients flow.
    package var asLeaf: Tensor {
        var copy = self
        copy.node = GradientNode()
        return copy
    }

    /// This tensor as the output of an operation on `inputs`, recorded if a gradient may flow to any of them.
    ///
    /// - Parameter backward: from the gradient of this tensor to those of `inputs`, in order; nil for those that need none.
    package func recorded(from inputs: [Tensor], backward: @escaping GradientNode.Backward) -> Tensor {
        guard inputs.contains(where: \.isDifferentiable) else { return self }
        var copy = self
        copy.node = GradientNode(parents: inputs.map(\.node), backward: backward)
        return copy
    }
}
