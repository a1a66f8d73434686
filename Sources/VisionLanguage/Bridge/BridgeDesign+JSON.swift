import Checkpoints
import JSONText
import NeuralLayers

extension BridgeDesign {
    /// The keys of a config, or of a bridge folder's record, that describe a design.
    package static let bridgeKey = "bridge_config"
    package static let adaptersKey = "adapter_config"

    /// What `bridge_config` and `adapter_config` of a config or record say; nil where there is neither.
    package init?(_ config: ConfigObject) throws(ConfigError) {
        let bridge = try config.optionalObject(Self.bridgeKey)
        let adapters = try config.optionalObject(Self.adaptersKey)
        guard bridge != nil || adapters != nil else { return nil }
        self.init()
        if let bridge {
            let name = try bridge.string("kind")
            guard let kind = BridgeKind(rawValue: name) else {
                throw bridge.unsupported("kind", found: name, supported: BridgeKind.allCases.map(\.rawValue))
            }
            self.kind = kind
            sizes = try BridgeSizes(bridge)
        }
        if let adapters { self.adapters = try AdapterDesign(adapters) }
    }

    /// The members that say so; none for a querying transformer without adapters.
    package var members: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = []
        if kind != .qformer {
            let sizes: [(key: String, value: JSONValue)] = [
                ("kind", .string(kind.rawValue)), ("hidden", .integer(sizes.hidden)),
                ("latents", .integer(sizes.latents)), ("layers", .integer(sizes.layers)),
                ("heads", .integer(sizes.heads)), ("head_width", .integer(sizes.headWidth)),
                ("expansion", .integer(sizes.expansion)),
            ]
            members.append((Self.bridgeKey, .object(sizes)))
        }
        if adapters.isOn { members.append((Self.adaptersKey, adapters.json)) }
        return members
    }
}

extension BridgeSizes {
    /// The sizes that `config` gives.
    init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        hidden = try config.integer("hidden", default: hidden, minimum: 0)
        latents = try config.integer("latents", default: latents)
        layers = try config.layerCount("layers", default: layers)
        heads = try config.integer("heads", default: heads)
        headWidth = try config.integer("head_width", default: headWidth)
        expansion = try config.integer("expansion", default: expansion)
        try config.require(isSane, "expansion", Self.limits)
    }

    /// Whether products of these sizes stay far from overflowing, and nobody is made to ask for terabytes.
    package var isSane: Bool {
        (0...1 << 20).contains(hidden) && (1...65_536).contains(latents) && (1...4_096).contains(layers)
            && (1...4_096).contains(heads) && (1...4_096).contains(headWidth) && (1...256).contains(expansion)
    }

    /// What sane sizes are.
    package static let limits =
        "at most 256, with at most 65536 latents, 4096 layers and heads, a head_width up to 4096, hidden up to 1048576"
}

extension AdapterDesign {
    /// The design that `config` gives.
    init(_ config: ConfigObject) throws(ConfigError) {
        self.init()
        let place = try config.string("bottleneck", default: bottleneck.rawValue)
        guard let known = Place(rawValue: place) else {
            throw config.unsupported("bottleneck", found: place, supported: Place.allCases.map(\.rawValue))
        }
        bottleneck = known
        reduction = try config.integer("reduction", default: reduction)
        crossAttentionEvery = try config.integer("cross_attention_every", default: crossAttentionEvery, minimum: 0)
        heads = try config.integer("heads", default: heads)
        headWidth = try config.integer("head_width", default: headWidth)
        expansion = try config.integer("expansion", default: expansion)
        everywhere = try config.bool("everywhere", default: everywhere)
        try config.require(isSane, "expansion", Self.limits)
    }

    /// Whether products of these sizes stay far from overflowing, and nobody is made to ask for terabytes.
    package var isSane: Bool {
        reduction >= 1 && crossAttentionEvery >= 0 && (1...4_096).contains(heads) && (1...4_096).contains(headWidth)
            && (1...256).contains(expansion)
    }

    /// What sane sizes are.
    package static let limits = "at most 256, with at most 4096 heads and a head_width up to 4096, reduction 1 or more"

    /// The record of a bridge folder.
    var json: JSONValue {
        .object([
            ("bottleneck", .string(bottleneck.rawValue)), ("reduction", .integer(reduction)),
            ("cross_attention_every", .integer(crossAttentionEvery)), ("heads", .integer(heads)),
            ("head_width", .integer(headWidth)), ("expansion", .integer(expansion)),
            ("everywhere", .bool(everywhere)),
        ])
    }
}
