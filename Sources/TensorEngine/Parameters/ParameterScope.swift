import Synchronization

/// How the first value of a parameter is drawn when a model is made rather than loaded.
package enum Initialiser: Sendable, Equatable {
    case zeros
    case ones
    /// Normal with mean 0 and this standard deviation.
    case normal(Double)
    /// Normal, cut at two standard deviations and drawn again there.
    case truncatedNormal(Double)
    /// Uniform between −bound and bound.
    case uniform(Double)
}

/// Where the values of parameters come from: a checkpoint, or a generator.
package protocol ParameterSource: Sendable {
    /// The value of the parameter at `path`, or nil where the source has none or one of another shape; the source
    /// remembers what was wrong and tells at the end.
    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor?
    /// Whether there is something at `path` (an optional bias, an untied head).
    func contains(_ path: String) -> Bool
}

/// A place in the tree of a model's parameters: layers take theirs from it while they are made.
///
/// Loading and initialising are the same path: the source behind the scope decides.
///
///     let query = scope / "attention" / "query"
///     let weight = query.parameter("weight", [width, width])
package struct ParameterScope: Sendable {
    private let source: any ParameterSource
    private let collected: ParameterList
    /// The path up to here, joined by full stops.
    package let path: String

    /// The root of a model's tree.
    package init(_ source: some ParameterSource, collecting list: ParameterList = ParameterList()) {
        self.source = source
        collected = list
        path = ""
    }

    private init(_ parent: ParameterScope, path: String) {
        source = parent.source
        collected = parent.collected
        self.path = path
    }

    /// The place `name` below `scope`.
    package static func / (scope: ParameterScope, name: String) -> ParameterScope {
        ParameterScope(scope, path: scope.fullPath(name))
    }

    /// The parameter `name` of this place.
    ///
    /// Where the source has none (which it reports when loading ends), the value is without elements of memory to it:
    /// a model with such parameters is never handed out.
    package func parameter(_ name: String, _ shape: [Int], _ initialiser: Initialiser = .normal(0.02)) -> Parameter {
        let path = fullPath(name)
        let value = source.value(at: path, shape: shape, initialiser: initialiser)
        let parameter = Parameter(name: path, value: value ?? Tensor(repeating: 0, shape.map { _ in 0 }))
        collected.add(parameter)
        return parameter
    }

    /// The parameter `name` where the source has one, else nil.
    package func optionalParameter(_ name: String, _ shape: [Int], _ initialiser: Initialiser = .zeros) -> Parameter? {
        contains(name) ? parameter(name, shape, initialiser) : nil
    }

    /// Whether the source has something at `name` below this place.
    package func contains(_ name: String) -> Bool { source.contains(fullPath(name)) }

    /// Every parameter made so far in this tree, in order.
    package var parameters: [Parameter] { collected.all }

    private func fullPath(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}

/// The parameters of a model in the order in which its layers took them.
package final class ParameterList: Sendable {
    private let list = Mutex<[Parameter]>([])

    /// An empty list.
    package init() {}

    /// Every parameter added so far.
    package var all: [Parameter] { list.withLock(\.self) }

    func add(_ parameter: Parameter) { list.withLock { $0.append(parameter) } }
}

/// Draws every parameter from a seed and its own path, so that a layer's values do not depend on what was made before.
package struct RandomParameters: ParameterSource {
    /// The seed of the model.
    package let seed: UInt64
    /// How values are stored; drawn in float32 and rounded.
    package let dtype: DType

    /// A source of random parameters.
    package init(seed: UInt64, dtype: DType = .f32) {
        self.seed = seed
        self.dtype = dtype
    }

    package func contains(_ path: String) -> Bool { true }

    package func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        var generator = SeededGenerator(seed: seed, stream: path)
        let value = Tensor.drawn(shape, initialiser, using: &generator)
        guard dtype != .f32, shape.count > 1, (shape.last ?? 0) % dtype.blockLength == 0 else { return value }
        return value.converted(to: dtype)
    }
}
