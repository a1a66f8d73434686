import TensorEngine

extension RuleMapping.Item {
    /// The pieces of `axis`, under `names`; their lengths are in proportion to `shares`.
    func split(_ names: [String], shares: [Int], axis: Int) throws(MappingProblem) -> [RuleMapping.Item] {
        precondition(shares.isEmpty || shares.count == names.count, "\(names.count) parts but \(shares.count) shares")
        let shares = shares.isEmpty ? names.map { _ in 1 } : shares
        let total = shares.reduce(0, +)
        let shape = recipe.shape
        guard axis < shape.count, shape[axis] % total == 0 else {
            throw .notDivisible(tensor: name, shape: shape, axis: axis, parts: total)
        }
        let unit = shape[axis] / total
        var start = 0
        var pieces: [RuleMapping.Item] = []
        for (name, share) in zip(names, shares) {
            let end = start + share * unit
            pieces.append(RuleMapping.Item(name: name, recipe: recipe.sliced(start..<end, axis: axis), hold: hold))
            start = end
        }
        return pieces
    }

    /// The elements of the first axis, numbered by the variable that `target` has beyond `captures`.
    func unstacked(
        _ target: NamePattern, _ captures: NamePattern.Captures
    ) throws(MappingProblem) -> [RuleMapping.Item] {
        let new = target.variables.subtracting(captures.keys)
        guard let variable = new.first, new.count == 1 else {
            preconditionFailure("\(target) must have one number more than the pattern before it")
        }
        let shape = recipe.shape
        guard shape.count >= 2, !shape.contains(0), shape[0] <= RuleMapping.stackLimit else {
            throw .notAStack(tensor: name, shape: shape, limit: RuleMapping.stackLimit)
        }
        return (0..<shape[0]).map { index in
            var captures = captures
            captures[variable] = String(index)
            let element = recipe.sliced(index..<index + 1, axis: 0).reshaped(Array(shape.dropFirst()))
            return RuleMapping.Item(name: target.filled(captures), recipe: element, hold: hold)
        }
    }

    /// `newShape` with its `-1`, if it has one, replaced by what is left.
    func resolved(_ newShape: [Int]) throws(MappingProblem) -> [Int] {
        let shape = recipe.shape
        let problem = MappingProblem.notReshapable(tensor: name, shape: shape, to: newShape)
        guard let nonEmpty = shape.checkedProduct else { throw problem }
        let count = shape.contains(0) ? 0 : nonEmpty
        let known = newShape.filter { $0 != -1 }.product
        precondition(newShape.count(where: { $0 == -1 }) <= 1, "more than one -1 in \(newShape)")
        guard let free = newShape.firstIndex(of: -1) else {
            guard known == count else { throw problem }
            return newShape
        }
        guard known > 0, count % known == 0 else { throw problem }
        var resolved = newShape
        resolved[free] = count / known
        return resolved
    }
}
