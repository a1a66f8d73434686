import Synchronization
import TensorEngine

/// A checkpoint as the source of a model's parameters: mapped where possible, converted one by one as they are asked for.
///
///     let source = CheckpointParameters(folder, rules: Blip2.rules, holding: .bf16)
///     let model = Blip2(config, in: ParameterScope(source))
///     try source.finish()   // throws one error with every missing, unused and wrong-shaped name
package final class CheckpointParameters: ParameterSource {
    /// The folder or file the weights come from.
    package let source: String
    /// How weights are held in memory.
    package let weightType: WeightType
    private let items: [RuleMapping.Item]
    private let index: [String: Int]
    private let problems: [MappingProblem]
    private let state = Mutex(State())

    /// What the model asked for so far.
    private struct State {
        var asked: Set<String> = []
        var missing: [String] = []
        var wrongShapes: [CheckpointMismatch.WrongShape] = []
        var wrongTypes: [CheckpointMismatch.WrongType] = []
    }

    /// The weights of `folder` under the names that `rules` give them; quantised weights stand there under the names of
    /// parameters already, and no rule is applied to them.
    /// - Parameters:
    ///   - overlay: weights that replace those of the same stored name (a finetuned bridge over its base).
    ///   - weightType: how matrices are held in memory.
    package init(
        _ folder: CheckpointFolder, overlay: CheckpointFolder? = nil, rules: CheckpointRules = [],
        holding weightType: WeightType = .auto
    ) {
        source = folder.path
        self.weightType = weightType
        var stored: [RuleMapping.Item] = []
        for file in folder.files {
            for entry in file.entries where overlay?.entry(named: entry.name) == nil {
                stored.append(RuleMapping.Item(name: entry.name, recipe: TensorRecipe(entry, of: file)))
            }
        }
        for file in overlay?.files ?? [] {
            stored += file.entries.map { RuleMapping.Item(name: $0.name, recipe: TensorRecipe($0, of: file)) }
        }
        var mapping = RuleMapping(stored)
        mapping.apply(folder.isQuantised ? [] : rules)
        items = mapping.items
        problems = mapping.problems
        index = Dictionary(mapping.items.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The paths of all parameters that the rules make of what is stored.
    package var paths: [String] { items.map(\.name) }

    /// The shape of the parameter at `path`, where there is one.
    package func shape(of path: String) -> [Int]? { index[path].map { items[$0].recipe.shape } }

    package func contains(_ path: String) -> Bool { index[path] != nil }

    package func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        guard let item = item(at: path, shape: shape) else { return nil }
        return item.recipe.tensor(as: heldType(of: item))
    }

    /// The type in which a parameter of this item is held.
    private func heldType(of item: RuleMapping.Item) -> DType {
        (item.hold ?? weightType).held(shape: item.recipe.shape, stored: item.recipe.weightType ?? .f32)
    }

    /// Notes that the model has a parameter at `path`, without making its value.
    package func ask(for path: String, shape: [Int]) { _ = item(at: path, shape: shape) }

    /// What was asked for and fits, each to be made in the type it would be held in when its turn to be written comes.
    package var askedItems: [SafetensorsItem] {
        let asked = state.withLock(\.asked)
        return items.filter { asked.contains($0.name) && $0.recipe.unreadableType == nil }.map { item in
            let type = heldType(of: item)
            return SafetensorsItem(item.name, dtype: type, shape: item.recipe.shape) { item.recipe.tensor(as: type) }
        }
    }

    /// Bytes that all parameters take when held as `weights`.
    package func byteCount(holding weights: WeightType) -> Int {
        items.reduce(0) { sum, item in
            guard item.recipe.unreadableType == nil else { return sum }
            let shape = item.recipe.shape
            let type = (item.hold ?? weights).held(shape: shape, stored: item.recipe.weightType ?? .f32)
            return sum + type.byteCount(of: shape.product)
        }
    }

    /// Elements of all parameters.
    package var elementCount: Int { items.reduce(0) { $0 + $1.recipe.shape.product } }

    /// The item of `path`, where there is one of this shape; what is wrong is noted.
    private func item(at path: String, shape: [Int]) -> RuleMapping.Item? {
        guard let position = index[path] else {
            state.withLock { state in
                if state.asked.insert(path).inserted { state.missing.append(path) }
            }
            return nil
        }
        let item = items[position]
        let isFirst = state.withLock { $0.asked.insert(path).inserted }
        guard item.recipe.shape == shape else {
            if isFirst { note(.init(name: path, expected: shape, found: item.recipe.shape)) }
            return nil
        }
        if let type = item.recipe.unreadableType {
            if isFirst { note(.init(name: path, found: type.rawValue)) }
            return nil
        }
        return item
    }

    private func note(_ wrong: CheckpointMismatch.WrongShape) { state.withLock { $0.wrongShapes.append(wrong) } }

    private func note(_ wrong: CheckpointMismatch.WrongType) { state.withLock { $0.wrongTypes.append(wrong) } }

    /// What checkpoint and model disagree on, from all that was asked for so far.
    package var mismatch: CheckpointMismatch {
        let state = state.withLock { state in state }
        var unused: [String] = []
        var isListed: Set<String> = []
        for item in items where !state.asked.contains(item.name) {
            for view in item.recipe.sources where isListed.insert(view.name).inserted { unused.append(view.name) }
        }
        return CheckpointMismatch(
            source: source, missing: state.missing, unused: unused, wrongShapes: state.wrongShapes,
            wrongTypes: state.wrongTypes, unmapped: problems)
    }

    /// Ends loading: the model is complete, and nothing in the checkpoint is left over.
    ///
    /// - Parameter isPart: whether only a part of the checkpoint was wanted, and the rest may be left over.
    /// - Throws: `CheckpointError.mismatch` with everything that is not so.
    package func finish(isPart: Bool = false) throws(CheckpointError) {
        let found = mismatch
        let mismatch =
            isPart
            ? CheckpointMismatch(
                source: found.source, missing: found.missing, unused: [], wrongShapes: found.wrongShapes,
                wrongTypes: found.wrongTypes, unmapped: found.unmapped) : found
        guard mismatch.isEmpty else { throw .mismatch(mismatch) }
    }
}
