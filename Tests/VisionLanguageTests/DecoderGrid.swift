import NeuralLayers
import TensorEngine
import Testing
import VisionLanguage

/// Our decoder in every combination of its choices, small.
struct DecoderGrid: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let configuration: LorgnetteDecoderConfiguration

    /// What stands after attention.
    static let feedForwards: [(name: String, change: @Sendable (inout LorgnetteDecoderConfiguration) -> Void)] = [
        ("relu", { $0.activation = .relu }),
        ("gelu", { $0.activation = .gelu }),
        ("swiglu", { $0.activation = .swiglu }),
        ("sparse", sparse),
        ("switch", { $0.experts = RoutingRules(.switchOne, experts: 4, perToken: 1) }),
        (
            "top-2 in every second layer",
            { configuration in
                configuration.experts = RoutingRules(.topTwo, experts: 4, perToken: 2)
                configuration.expertsEvery = 2
            }
        ),
        (
            "top-3 with a shared expert",
            { configuration in
                configuration.experts = RoutingRules(.topK, experts: 4, perToken: 3)
                configuration.sharedHidden = 16
            }
        ),
        ("bias-balanced", { $0.experts = RoutingRules(.biasBalanced, experts: 4, perToken: 2) }),
        (
            "sparse experts, shared, in every second layer",
            { configuration in
                sparse(&configuration)
                configuration.experts = RoutingRules(.topK, experts: 4, perToken: 2)
                configuration.expertsEvery = 2
                configuration.sharedHidden = 16
            }
        ),
    ]

    @Sendable private static func sparse(_ configuration: inout LorgnetteDecoderConfiguration) {
        configuration.activation = .relu
        configuration.sparsity = SparsityRules(block: 8, rank: 8)
    }

    /// A decoder of two layers of 32.
    static var small: LorgnetteDecoderConfiguration {
        var configuration = LorgnetteDecoderConfiguration()
        (configuration.vocabularySize, configuration.width, configuration.hidden) = (50, 32, 64)
        (configuration.layers, configuration.heads, configuration.keyValueHeads) = (2, 4, 4)
        (configuration.headWidth, configuration.trainingLength) = (8, 12)
        configuration.tableDeviation = 0.5
        return configuration
    }

    /// The sizes that `configuration` would have at half its width.
    static func halved(_ configuration: LorgnetteDecoderConfiguration) -> LorgnetteDecoderConfiguration.BaseSizes {
        LorgnetteDecoderConfiguration.BaseSizes(
            width: configuration.width / 2, hidden: configuration.hidden / 2, headWidth: configuration.headWidth,
            queryWidth: configuration.heads * configuration.headWidth / 2,
            keyWidth: configuration.keyValueHeads * configuration.headWidth / 2,
            expertHidden: configuration.experts == nil ? 1 : configuration.expertHidden / 2,
            sharedHidden: max(1, configuration.sharedHidden / 2))
    }

    static let all: [DecoderGrid] = feedForwards.flatMap { feedForward in
        LorgnetteDecoderConfiguration.Positions.allCases.flatMap { positions in
            LorgnetteDecoderConfiguration.Mask.allCases.flatMap { mask in
                [false, true].map { isOther in
                    var configuration = small
                    feedForward.change(&configuration)
                    if configuration.experts != nil { configuration.expertHidden = 32 }
                    configuration.positions = positions
                    configuration.mask = mask
                    // The other half: grouped queries, a tied table, the width parametrisation.
                    if isOther {
                        configuration.keyValueHeads = 2
                        configuration.tiesEmbeddings = true
                        configuration.base = halved(configuration)
                    }
                    let rest = isOther ? "grouped, tied, by width" : "plain"
                    return DecoderGrid(
                        testDescription: "\(feedForward.name), \(positions.rawValue), \(mask.rawValue), \(rest)",
                        configuration: configuration)
                }
            }
        }
    }

    /// The decoder with random weights.
    func decoder(seed: UInt64 = 6) -> (decoder: LorgnetteDecoder, parameters: [Parameter]) {
        let scope = ParameterScope(RandomParameters(seed: seed))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        return (decoder, scope.parameters)
    }
}

/// Token ids below `vocabulary`.
func tokens(_ count: Int, below vocabulary: Int = 50, seed: UInt64 = 1) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in generator.integer(below: vocabulary) }
}
