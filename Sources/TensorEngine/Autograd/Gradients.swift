/// The gradients of one scalar with respect to the leaves it depends on.
package struct Gradients: Sendable {
    private var byLeaf: [ObjectIdentifier: Tensor] = [:]
    /// The leaves, kept so that their identities stay theirs.
    private var leaves: [GradientNode] = []

    /// The gradient with respect to a leaf, of the leaf's shape; nil where the scalar does not depend on it.
    package subscript(leaf: Tensor) -> Tensor? { leaf.node.flatMap { self[$0] } }

    subscript(node: GradientNode) -> Tensor? { byLeaf[ObjectIdentifier(node)] }

    /// The leaves that have a gradient, in the order in which they were made.
    var leafNodes: [GradientNode] { leaves.sorted { $0.number < $1.number } }

    /// Walks back from `output`, whose gradient is `seed`.
    ///
    /// Gradients of a tensor used several times are added in falling order of the operations' numbers: always the same
    /// sum. The recorded operations are used up.
    init(of output: Tensor, seed: Tensor) {
        precondition(seed.shape == output.shape, "a seed of \(seed.shape) for \(output.shape)")
        guard let root = output.node else { return }
        var pending: [ObjectIdentifier: Tensor] = [ObjectIdentifier(root): seed]
        for node in Self.reachable(from: root) {
            guard let gradient = pending.removeValue(forKey: ObjectIdentifier(node)) else { continue }
            if node.isLeaf {
                byLeaf[ObjectIdentifier(node)] = gradient
                leaves.append(node)
                continue
            }
            guard let backward = node.takeBackward() else {
                preconditionFailure("gradients() was already called on this result: its operations are used up")
            }
            let passed = backward(gradient)
            precondition(passed.count == node.parents.count, "an operation gave back the wrong number of gradients")
            for case (let parent?, let contribution?) in zip(node.parents, passed) {
                let key = ObjectIdentifier(parent)
                if let earlier = pending[key] {
                    pending[key] = nil
                    pending[key] = earlier.adding(contribution)
                } else {
                    pending[key] = contribution
                }
            }
        }
    }

    /// Every node below `root`, `root` included, by falling number.
    private static func reachable(from root: GradientNode) -> [GradientNode] {
        var found: [GradientNode] = []
        var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
        var stack = [root]
        while let node = stack.popLast() {
            found.append(node)
            for case let parent? in node.parents where seen.insert(ObjectIdentifier(parent)).inserted {
                stack.append(parent)
            }
        }
        return found.sorted { $0.number > $1.number }
    }
}

extension Tensor {
    /// The gradients of this scalar with respect to every leaf it depends on.
    ///
    ///     let x = Tensor([3], [1]).asLeaf
    ///     let gradients = (x * x).sum().gradients()   // y = x²
    ///     gradients[x]?.array                         // dy/dx = 2x: [6]
    ///
    /// - Precondition: one element; called once for a result.
    package func gradients() -> Gradients {
        precondition(count == 1, "gradients() wants a scalar, not \(shape)")
        return gradients(seed: Tensor(repeating: 1, shape))
    }

    /// The gradients of `Σ seed · self`: the walk back from any shape.
    package func gradients(seed: Tensor) -> Gradients { Gradients(of: self, seed: seed) }

    /// The sum of two gradients; a leaf of neither.
    fileprivate func adding(_ other: Tensor) -> Tensor {
        precondition(shape == other.shape, "gradients of \(shape) and \(other.shape) for one tensor")
        let (first, second) = (floats, other.floats)
        return Tensor(shape) { sum in
            WorkerPool.forEachRange(of: sum.count, size: 1 << 15) { range in
                Kernels.add(first[range], second[range], into: sum[range])
            }
        }
    }
}
