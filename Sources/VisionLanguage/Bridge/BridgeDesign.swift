import NeuralLayers
import TensorEngine

/// The architectures of a bridge.
package enum BridgeKind: String, Sendable, Codable, CaseIterable {
    /// BLIP-2's querying transformer.
    case qformer
    /// A matrix (LLaVA).
    case linear
    /// Two matrices with a GELU between (LLaVA-1.5).
    case mlp
    /// A Perceiver resampler (Flamingo).
    case perceiver
}

/// The sizes of bridges other than the querying transformer, whose sizes stand in `qformer_config`.
package struct BridgeSizes: Sendable, Equatable, Codable {
    /// Units between the two matrices of an `mlp`; 0 for the decoder's width.
    package var hidden = 0
    /// Image tokens of a `perceiver`.
    package var latents = 64
    /// Its layers.
    package var layers = 6
    /// Its heads.
    package var heads = 8
    package var headWidth = 64
    /// Hidden units of its feed-forwards over the features' width.
    package var expansion = 4

    enum CodingKeys: String, CodingKey {
        case hidden, latents, layers, heads, expansion
        case headWidth = "head_width"
    }

    /// OpenFlamingo's and LLaVA's.
    package init() {}
}

/// What stands between a vision encoder and a language model, and inside the latter: all that is finetuned.
package struct BridgeDesign: Sendable, Equatable {
    /// The architecture of the bridge.
    package var kind = BridgeKind.qformer
    /// Its sizes, where it is no querying transformer.
    package var sizes = BridgeSizes()
    /// Layers inside the decoder.
    package var adapters = AdapterDesign()

    /// A querying transformer, no adapters.
    package init() {}

    /// A design of these parts.
    package init(_ kind: BridgeKind, sizes: BridgeSizes = BridgeSizes(), adapters: AdapterDesign = AdapterDesign()) {
        self.kind = kind
        self.sizes = sizes
        self.adapters = adapters
    }

    /// Whether it is BLIP-2's, which transformers knows.
    package var isPlain: Bool { kind == .qformer && !adapters.isOn }

    /// Whether it changes what the decoder makes of texts without pictures.
    package var changesTexts: Bool { adapters.isOn && adapters.everywhere }

    /// Where adapters' parameters lie.
    package static let adapterPlace = "adapters"

    /// What the paths of parameters begin with that no checkpoint of transformers has.
    package static let ownPrefixes = [ProjectorBridge.place, PerceiverBridge.place, adapterPlace].map { $0 + "." }

    /// Whether the parameter at `path` is of a bridge or adapter, of whatever kind.
    package static func isBridge(_ path: String) -> Bool {
        path == "query_tokens" || path.hasPrefix("qformer.") || path.hasPrefix("language_projection.")
            || ownPrefixes.contains { path.hasPrefix($0) }
    }
}

extension BLIP2Configuration {
    /// The bridge, its parameters taken from `scope`.
    package func makeBridge(in scope: ParameterScope) -> any PictureBridge {
        switch design.kind {
        case .qformer:
            let learned = scope.parameter("query_tokens", [1, queries, queryTransformer.width])
            let transformer = QueryTransformer(queryTransformer, in: scope / "qformer")
            let projection = Linear(queryTransformer.width, text.embeddingWidth, in: scope / "language_projection")
            return QueryTransformerBridge(transformer: transformer, learnedQueries: learned, projection: projection)
        case .linear: return ProjectorBridge(vision: vision, hidden: nil, width: text.embeddingWidth, in: scope)
        case .mlp:
            let hidden = design.sizes.hidden > 0 ? design.sizes.hidden : text.embeddingWidth
            return ProjectorBridge(vision: vision, hidden: hidden, width: text.embeddingWidth, in: scope)
        case .perceiver:
            return PerceiverBridge(design.sizes, featureWidth: vision.width, width: text.embeddingWidth, in: scope)
        }
    }
}
