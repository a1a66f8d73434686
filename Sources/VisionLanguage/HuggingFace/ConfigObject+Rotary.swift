import Checkpoints
import Foundation
import NeuralLayers

extension ConfigObject {
    /// The rotary frequencies of heads of `width` rotated elements.
    ///
    /// - Parameters:
    ///   - defaultBase: `rope_theta` of a config that does not say.
    ///   - contextLength: `max_position_embeddings`.
    ///   - interleaved: whether pairs are neighbours.
    func rotaryFrequencies(
        width: Int, defaultBase: Double, contextLength: Int, interleaved: Bool = false
    ) throws(ConfigError) -> RotaryFrequencies {
        let (base, scaling) = try rotary(defaultBase: defaultBase, width: width, contextLength: contextLength)
        return RotaryFrequencies(width: width, base: base, scaling: scaling, interleaved: interleaved)
    }

    /// The object that says how positions are rotated, in the newer spelling or the older.
    func rotaryDetails() throws(ConfigError) -> ConfigObject? {
        if let details = try optionalObject("rope_parameters") { return details }
        return try optionalObject("rope_scaling")
    }

    /// Base and scaling of rotary positions, in the newer spelling (`rope_parameters`) or the older (`rope_theta`,
    /// `rope_scaling`).
    ///
    /// - Parameters:
    ///   - width: rotated elements of a head, which some scalings have factors for.
    ///   - contextLength: the longest sequence, which some scalings measure by.
    func rotary(
        defaultBase: Double, width: Int = 0, contextLength: Int? = nil
    ) throws(ConfigError) -> (base: Double, scaling: RotaryFrequencies.Scaling) {
        let older = try number("rope_theta", default: defaultBase)
        guard let details = try rotaryDetails() else { return (older, .none) }
        let base = try details.number("rope_theta", default: older)
        try details.require(base > 1, "rope_theta", "greater than 1")
        let share = try details.number("partial_rotary_factor", default: 1)
        try details.require(share == 1, "partial_rotary_factor", "1")
        var context = contextLength ?? 2_048
        context = try integer("max_position_embeddings", default: context)
        let kind = try details.string("rope_type", default: details.string("type", default: "default"))
        switch kind {
        case "default": return (base, .none)
        case "linear": return (base, .linear(factor: try details.positive("factor")))
        case "dynamic":
            return (base, .dynamic(factor: try details.positive("factor"), context: Double(context)))
        case "llama3":
            return (
                base,
                .llama3(
                    factor: try details.positive("factor"), lowFactor: try details.positive("low_freq_factor"),
                    highFactor: try details.positive("high_freq_factor"),
                    originalContext: Double(try originalContext(details, context)))
            )
        case "yarn": return (base, .yarn(try yarn(details, context)))
        case "longrope": return (base, .longrope(try longRoPE(details, width: width, context)))
        default:
            throw details.unsupported(
                "rope_type", found: kind, supported: ["default", "linear", "dynamic", "llama3", "yarn", "longrope"])
        }
    }

    private func yarn(_ details: ConfigObject, _ context: Int) throws(ConfigError) -> YaRN {
        let original = try originalContext(details, context)
        var factor = Double(context) / Double(original)
        if details.value("factor") != nil { factor = try details.positive("factor") }
        var yarn = YaRN(factor: factor, originalContext: Double(original))
        if details.value("beta_fast") != nil { yarn.fastTurns = try details.positive("beta_fast") }
        if details.value("beta_slow") != nil { yarn.slowTurns = try details.positive("beta_slow") }
        yarn.truncates = try details.bool("truncate", default: true)
        let strength = try details.number("mscale", default: 0)
        let whole = try details.number("mscale_all_dim", default: 0)
        if let given = try details.optionalNumber("attention_factor") {
            yarn.magnitude = given
        } else if strength != 0, whole != 0 {
            yarn.magnitude = YaRN.magnitude(factor, strength: strength) / YaRN.magnitude(factor, strength: whole)
        }
        return yarn
    }

    private func longRoPE(_ details: ConfigObject, width: Int, _ context: Int) throws(ConfigError) -> LongRoPE {
        let original = try originalContext(details, context)
        var factor = Double(context) / Double(original)
        if details.value("factor") != nil { factor = try details.positive("factor") }
        var magnitude = factor <= 1 ? 1 : (1 + log(factor) / log(Double(original))).squareRoot()
        if let given = try details.optionalNumber("attention_factor") { magnitude = given }
        return LongRoPE(
            shortFactors: try details.numbers("short_factor", count: width / 2),
            longFactors: try details.numbers("long_factor", count: width / 2), originalContext: original,
            magnitude: magnitude)
    }

    /// The context that a model was trained on before it was stretched.
    private func originalContext(_ details: ConfigObject, _ context: Int) throws(ConfigError) -> Int {
        let key = "original_max_position_embeddings"
        let inner = try details.integer(key, default: context, minimum: 2)
        return try integer(key, default: inner, minimum: 2)
    }

    /// The number under `key`, which must be there and greater than 0.
    private func positive(_ key: String) throws(ConfigError) -> Double {
        let number = try number(key)
        try require(number > 0, key, "greater than 0")
        return number
    }
}
