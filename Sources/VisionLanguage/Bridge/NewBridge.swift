import Checkpoints
import NeuralLayers
import TensorEngine

/// A bridge, or adapters, to be trained that no file holds yet.
package struct NewBridge: Sendable, Equatable {
    /// The architecture; nil for that of the bridge that is there.
    package var kind: BridgeKind?
    /// Its sizes.
    package var sizes: BridgeSizes
    /// Adapters; where they are off, those that are there stay.
    package var adapters: AdapterDesign
    /// What new weights are drawn from.
    package var seed: UInt64

    /// These changes to the bridge that is there.
    package init(
        kind: BridgeKind? = nil, sizes: BridgeSizes = BridgeSizes(), adapters: AdapterDesign = AdapterDesign(),
        seed: UInt64
    ) {
        self.kind = kind
        self.sizes = sizes
        self.adapters = adapters
        self.seed = seed
    }

    /// The design that comes of `present`.
    func design(after present: BridgeDesign) -> BridgeDesign {
        var design = present
        if let kind, kind != present.kind {
            design.kind = kind
            design.sizes = sizes
        }
        if adapters.isOn { design.adapters = adapters }
        return design
    }
}

/// A checkpoint, and drawn weights for the parts of a new bridge that it holds nothing of.
struct PartlyDrawnParameters: ParameterSource {
    private let stored: CheckpointParameters
    private let drawn: RandomParameters
    private let prefixes: [String]

    init(_ stored: CheckpointParameters, seed: UInt64) {
        self.stored = stored
        drawn = RandomParameters(seed: seed)
        let paths = stored.paths
        // A part of which the file holds something is the file's: what it lacks there is damage, and told.
        prefixes = BridgeDesign.ownPrefixes.filter { prefix in !paths.contains { $0.hasPrefix(prefix) } }
    }

    private func isDrawn(_ path: String) -> Bool { prefixes.contains { path.hasPrefix($0) } }

    func contains(_ path: String) -> Bool { isDrawn(path) || stored.contains(path) }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        isDrawn(path)
            ? drawn.value(at: path, shape: shape, initialiser: initialiser)
            : stored.value(at: path, shape: shape, initialiser: initialiser)
    }
}
