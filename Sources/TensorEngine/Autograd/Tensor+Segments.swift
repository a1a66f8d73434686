import Synchronization

extension Tensor {
    /// Runs `body(index, input)` for each input on its own thread, each with a record of its own, and lets gradients
    /// flow back the same way: what experts are made of.
    ///
    /// The work of one segment (its products, its way back) stays on one thread; segments run beside each other. Gradients of
    /// parameters that several segments use are added in the segments' order.
    ///
    /// - Parameters:
    ///   - inputs: one tensor a segment; an empty first axis is allowed.
    ///   - body: must use nothing differentiable but its input and parameters.
    /// - Returns: the results in order.
    package static func segments(_ inputs: [Tensor], _ body: (Int, Tensor) -> Tensor) -> [Tensor] {
        let leaves = inputs.map { $0.isDifferentiable ? $0.detached.asLeaf : $0 }
        let collected = Mutex([Tensor?](repeating: nil, count: inputs.count))
        WorkerPool.forEach(inputs.count) { index in
            let result = body(index, leaves[index])
            collected.withLock { $0[index] = result }
        }
        let results = collected.withLock { $0.compactMap(\.self) }
        precondition(results.count == inputs.count)
        guard results.contains(where: \.isDifferentiable) else { return results }
        // One node takes all segments' gradients, so that they go back beside each other.
        let inner = results
        let parameters = GradientNode.leaves(below: inner.compactMap(\.node), except: leaves.compactMap(\.node))
        let shapes = results.map { [$0.count] }
        let joined = Tensor.concatenated(results.map { $0.detached.reshaped([$0.count]) })
        let differentiableInputs = inputs.indices.filter { inputs[$0].isDifferentiable }
        let parents = differentiableInputs.map { inputs[$0].node } + parameters.map { Optional($0) }
        var whole = joined
        whole.node = GradientNode(parents: parents) { gradient in
            let offsets = shapes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1[0]) }
            let found = Mutex([Gradients?](repeating: nil, count: inner.count))
            WorkerPool.forEach(inner.count) { index in
                guard inner[index].isDifferentiable, inner[index].count > 0 else { return }
                let seed = gradient.detached.slice(offsets[index]..<offsets[index + 1]).reshaped(inner[index].shape)
                let gradients = inner[index].gradients(seed: seed)
                found.withLock { $0[index] = gradients }
            }
            let all = found.withLock(\.self)
            let toInputs = differentiableInputs.map { all[$0]?[leaves[$0]] ?? Tensor(repeating: 0, leaves[$0].shape) }
            let toParameters = parameters.map { leaf in
                all.reduce(Tensor?.none) { sum, gradients in
                    guard let next = gradients?[leaf] else { return sum }
                    return sum.map { $0 + next } ?? next
                }
            }
            return toInputs + toParameters
        }
        var offset = 0
        return results.map { result in
            defer { offset += result.count }
            return whole.slice(offset..<offset + result.count).reshaped(result.shape)
        }
    }
}

extension GradientNode {
    /// The leaves below `roots` that are not among `excluded`, in the order in which they were made.
    static func leaves(below roots: [GradientNode], except excluded: [GradientNode]) -> [GradientNode] {
        var seen = Set(excluded.map { ObjectIdentifier($0) })
        var stack = roots.filter { seen.insert(ObjectIdentifier($0)).inserted }
        var found: [GradientNode] = []
        while let node = stack.popLast() {
            if node.isLeaf { found.append(node) }
            for case let parent? in node.parents where seen.insert(ObjectIdentifier(parent)).inserted {
                stack.append(parent)
            }
        }
        return found.sorted { $0.number < $1.number }
    }
}
