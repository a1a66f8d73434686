import Checkpoints
import JSONText
import NeuralLayers

extension RoutingRules {
    /// The rules in the `experts` of a config.
    static func read(
        _ object: ConfigObject, mask: LorgnetteDecoderConfiguration.Mask
    ) throws(ConfigError) -> RoutingRules {
        let name = try object.string("routing", default: Kind.topK.rawValue)
        if name == "expert_choice" {
            throw object.unsupported(
                "routing", found: "expert_choice: experts would choose among tokens not yet written",
                supported: Kind.allCases.map(\.rawValue))
        }
        let kind = try object.choice("routing", default: Kind.topK)
        let fallback = kind == .switchOne ? 1 : 2
        var rules = RoutingRules(
            kind, experts: try object.layerCount("count", default: 8),
            perToken: try object.integer("per_token", default: fallback))
        rules.normalises = try object.bool("norm_topk_prob", default: rules.normalises)
        rules.capacityFactor = try object.optionalNumber("capacity_factor")
        rules.minimumCapacity = try object.integer("minimum_capacity", default: rules.minimumCapacity)
        if object.value("group_size") != nil { rules.groupTokens = try object.integer("group_size", default: 1) }
        rules.jitter = try object.number("router_jitter_noise", default: rules.jitter)
        rules.balance = try object.number("router_aux_loss_coef", default: rules.balance)
        rules.z = try object.number("router_z_loss_coef", default: rules.z)
        rules.biasStep = try object.number("bias_update_speed", default: rules.biasStep)
        rules.outputScale = try object.number("routed_scaling_factor", default: rules.outputScale)
        rules.secondThreshold = try object.number("second_expert_threshold", default: rules.secondThreshold)
        try rules.check(object, mask: mask)
        return rules
    }

    private func check(
        _ object: ConfigObject, mask: LorgnetteDecoderConfiguration.Mask
    ) throws(ConfigError) {
        try object.require(perToken <= experts, "per_token", "at most count \(experts)")
        if kind == .switchOne {
            try object.require(perToken == 1, "per_token", "1 under switch routing")
            try object.require(
                !normalises, "norm_topk_prob",
                "false under switch routing: a weight divided by itself is 1 and the router learns nothing")
        }
        if kind == .topTwo { try object.require(perToken == 2, "per_token", "2 under top_2 routing") }
        if kind == .topTwo || kind == .biasBalanced {
            try object.require(normalises, "norm_topk_prob", "true under \(kind.rawValue) routing")
        }
        if kind == .topK, perToken == 1 {
            try object.require(
                !normalises, "norm_topk_prob",
                "false for one expert a token: a weight divided by itself is 1 and the router learns nothing")
        }
        if let factor = capacityFactor {
            try object.require(factor > 0 && factor <= 1e6, "capacity_factor", "greater than 0, at most 1000000")
            try object.require(
                kind != .biasBalanced, "capacity_factor", "absent under bias_balanced routing, which drops no token")
            try object.require(
                mask == .causal, "capacity_factor",
                "absent with a prefix mask: whether a token finds a place would depend on tokens it is to predict")
        }
        try object.require((0..<1).contains(jitter), "router_jitter_noise", "from 0 to below 1")
        try object.require(balance >= 0, "router_aux_loss_coef", "at least 0")
        try object.require(z >= 0, "router_z_loss_coef", "at least 0")
        try object.require(biasStep >= 0, "bias_update_speed", "at least 0")
        try object.require(outputScale > 0, "routed_scaling_factor", "greater than 0")
        try object.require(secondThreshold >= 0, "second_expert_threshold", "at least 0")
    }

    /// The rules in the spelling of a config.
    var members: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = [
            ("count", .integer(experts)), ("per_token", .integer(perToken)), ("routing", .string(kind.rawValue)),
            ("norm_topk_prob", .bool(normalises)), ("minimum_capacity", .integer(minimumCapacity)),
            ("router_jitter_noise", .double(jitter)), ("router_aux_loss_coef", .double(balance)),
            ("router_z_loss_coef", .double(z)), ("bias_update_speed", .double(biasStep)),
            ("routed_scaling_factor", .double(outputScale)), ("second_expert_threshold", .double(secondThreshold)),
        ]
        if let capacityFactor { members.append(("capacity_factor", .double(capacityFactor))) }
        if let groupTokens { members.append(("group_size", .integer(groupTokens))) }
        return members
    }
}
