/// What a list of rules makes of the tensors of a checkpoint: parameters by path, and what did not work.
struct RuleMapping {
    /// A tensor on its way through the rules.
    struct Item: Sendable {
        /// Its name as the rules so far left it; in the end the parameter's path.
        var name: String
        var recipe: TensorRecipe
        /// The type it is to be held in, where a rule said so.
        var hold: WeightType?

        /// The name in the file of (the first part of) what it is made of.
        var storedName: String { recipe.sources.first?.name ?? name }
    }

    /// Stacks of more tensors are taken for damage, not for experts.
    static let stackLimit = 1 << 16

    private(set) var items: [Item]
    private(set) var problems: [MappingProblem] = []

    /// The stored tensors as they are.
    init(_ items: [Item]) { self.items = items }

    /// Applies `rules` in order.
    mutating func apply(_ rules: CheckpointRules) {
        for rule in rules.rules { apply(rule) }
        reportAmbiguities()
    }

    private mutating func apply(_ rule: CheckpointRule) {
        switch rule {
        case .rename(let pattern, let target):
            each(pattern) { item, captures in
                item.name = target.filled(captures)
                return [item]
            }
        case .split(let pattern, let targets, let shares, let axis):
            each(pattern) { item, captures throws(MappingProblem) in
                try item.split(targets.map { $0.filled(captures) }, shares: shares, axis: axis)
            }
        case .unstack(let pattern, let target):
            each(pattern) { item, captures throws(MappingProblem) in
                try item.unstacked(target, captures)
            }
        case .join(let parts, let target): join(parts, into: target)
        case .microscaled(let blocks, let scales, let target): microscale(blocks, scales, into: target)
        case .reshape(let pattern, let shape):
            each(pattern) { item, _ throws(MappingProblem) in
                item.recipe = item.recipe.reshaped(try item.resolved(shape))
                return [item]
            }
        case .transpose(let pattern):
            each(pattern) { item, _ throws(MappingProblem) in
                guard item.recipe.shape.count >= 2 else {
                    throw .notAMatrix(tensor: item.name, shape: item.recipe.shape)
                }
                item.recipe = item.recipe.transposed()
                return [item]
            }
        case .hold(let pattern, let type):
            each(pattern) { item, _ in
                item.hold = type
                return [item]
            }
        case .ignore(let pattern, _): each(pattern) { _, _ in [] }
        }
    }

    /// Replaces every item that `pattern` matches by what `body` makes of it; where that fails the item is dropped and
    /// the problem kept.
    private mutating func each(
        _ pattern: NamePattern, _ body: (inout Item, NamePattern.Captures) throws(MappingProblem) -> [Item]
    ) {
        guard items.contains(where: { pattern.match($0.name) != nil }) else { return }
        var result: [Item] = []
        result.reserveCapacity(items.count)
        for var item in items {
            guard let captures = pattern.match(item.name) else {
                result.append(item)
                continue
            }
            do {
                result += try body(&item, captures)
            } catch {
                problems.append(error)
            }
        }
        items = result
    }

    private mutating func join(_ parts: [CheckpointRule.JoinPart], into target: NamePattern) {
        guard items.contains(where: { item in parts.contains { $0.pattern?.match(item.name) != nil } }) else { return }
        var groups: [String: JoinGroup] = [:]
        var result: [Item?] = []
        for item in items {
            let match = parts.indices.lazy.compactMap { index in
                parts[index].pattern?.match(item.name).map { (index, $0) }
            }.first
            guard let (index, captures) = match else {
                result.append(item)
                continue
            }
            let name = target.filled(captures)
            if groups[name] == nil { result.append(nil) }
            var group = groups[name] ?? JoinGroup(name: name, captures: captures, position: result.count - 1)
            if let other = group.found.updateValue(item, forKey: index) {
                problems.append(.ambiguous(parameter: name, tensors: [other.storedName, item.storedName]))
            }
            groups[name] = group
        }
        for group in groups.values.sorted(by: { $0.position < $1.position }) {
            do {
                result[group.position] = try group.joined(parts)
            } catch {
                problems.append(error)
            }
        }
        items = result.compactMap(\.self)
    }

    /// Puts packed numbers together with their scales.
    private mutating func microscale(_ blocks: NamePattern, _ scales: NamePattern, into target: NamePattern) {
        let exponents = Dictionary(
            items.compactMap { item in scales.match(item.name).map { _ in (item.name, item) } },
            uniquingKeysWith: { first, _ in first })
        var used: Set<String> = []
        each(blocks) { item, captures throws(MappingProblem) in
            let (name, wanted) = (target.filled(captures), scales.filled(captures))
            guard let found = exponents[wanted] else { throw .partMissing(parameter: name, tensor: wanted) }
            used.insert(wanted)
            return [try item.microscaled(by: found, name: name)]
        }
        items.removeAll { used.contains($0.name) }
    }

    private mutating func reportAmbiguities() {
        var names: [String: [String]] = [:]
        for item in items { names[item.name, default: []].append(item.storedName) }
        var isReported: Set<String> = []
        for item in items {
            guard let tensors = names[item.name], tensors.count > 1, isReported.insert(item.name).inserted else {
                continue
            }
            problems.append(.ambiguous(parameter: item.name, tensors: tensors))
        }
    }
}

/// The parts of one joined parameter, while they are gathered.
private struct JoinGroup {
    let name: String
    let captures: NamePattern.Captures
    /// Where among the items the result goes.
    let position: Int
    var found: [Int: RuleMapping.Item] = [:]

    func joined(_ parts: [CheckpointRule.JoinPart]) throws(MappingProblem) -> RuleMapping.Item {
        guard let first = parts.indices.lazy.compactMap({ found[$0] }).first else {
            preconditionFailure("a group has a part")
        }
        var recipes: [TensorRecipe] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case .zeros: recipes.append(.zeros(first.recipe.shape))
            case .tensor(let pattern):
                guard let item = found[index] else {
                    throw .partMissing(parameter: name, tensor: pattern.filled(captures))
                }
                recipes.append(item.recipe)
            }
        }
        guard let shape = Self.shape(joining: recipes.map(\.shape)) else {
            throw .partsDiffer(parameter: name, shapes: recipes.map(\.shape))
        }
        return RuleMapping.Item(name: name, recipe: .joined(recipes, shape: shape), hold: first.hold)
    }

    /// The shape of tensors of these shapes behind each other; nil where they do not fit or the sum overflows.
    private static func shape(joining shapes: [[Int]]) -> [Int]? {
        guard var shape = shapes.first, !shape.isEmpty else { return nil }
        var rows = 0
        for part in shapes {
            guard part.count == shape.count, part.dropFirst() == shape.dropFirst() else { return nil }
            let (sum, overflow) = rows.addingReportingOverflow(part[0])
            if overflow { return nil }
            rows = sum
        }
        shape[0] = rows
        guard let product = shape.checkedProduct, product <= Int.max / 8 else { return nil }
        return shape
    }
}
