import Foundation
import NeuralLayers
import TensorEngine
import Testing
import VisionLanguage

/// How far activations move in a few steps of Adam, over the width: what shows whether a parametrisation is one by width
/// (Yang et al. 2022, appendix D.1).
@Suite struct CoordinateCheckTests {
    private static let base = 32
    private static let widths = [64, 128, 256, 512]

    enum Kind: String, CaseIterable, Sendable { case swiglu, sparse, experts }

    private func configuration(_ kind: Kind, width: Int, isByWidth: Bool) -> LorgnetteDecoderConfiguration {
        var configuration = DecoderGrid.small
        (configuration.width, configuration.hidden, configuration.expertHidden) = (width, 2 * width, width)
        (configuration.heads, configuration.keyValueHeads, configuration.headWidth) = (width / 16, width / 16, 16)
        configuration.tableDeviation = 0.2
        switch kind {
        case .swiglu: break
        case .sparse:
            configuration.activation = .relu
            configuration.sparsity = SparsityRules(block: 8, rank: 16)
        case .experts: configuration.experts = RoutingRules(.topK, experts: 4, perToken: 2)
        }
        if isByWidth {
            configuration.base = LorgnetteDecoderConfiguration.BaseSizes(
                width: Self.base, hidden: 2 * Self.base, headWidth: 16, queryWidth: Self.base, keyWidth: Self.base,
                expertHidden: Self.base, sharedHidden: 1)
        }
        return configuration
    }

    /// The mean absolute change of each layer's input, of the last hidden state and of the logits after four steps.
    private func changes(_ configuration: LorgnetteDecoderConfiguration, seed: UInt64) -> [Double] {
        let scope = ParameterScope(RandomParameters(seed: seed))
        let decoder = LorgnetteDecoder(configuration, in: scope)
        for parameter in scope.parameters { parameter.setTrainable(true) }
        // The head from zero, as its authors advise: random first logits shrink with the root of the width and hide the rest.
        for parameter in scope.parameters where parameter.name == "lm_head.weight" { parameter.update { $0.fill(0) } }
        let rows = (0..<4).map { tokens(12, seed: seed + 10 + $0) }
        var optimiser = Adam()
        var first: [Tensor] = []
        for step in 1...5 {
            var pass = DecoderPass.documents(rows.map { [PackedDocument(tokens: $0.count)] }, sequence: 12)
            pass.training = TrainingMode(using: SeededGenerator(seed: seed), hardRate: 0)
            pass.hiddenStates = []
            let logits = decoder.logits(ids: rows, pass: &pass)
            let seen = (pass.hiddenStates ?? []).dropFirst().map(\.detached) + [logits.detached]
            if step == 1 { first = seen }
            if step == 5 {
                return zip(seen, first).map { now, then in
                    let (a, b) = (now.array, then.array)
                    return zip(a, b).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) } / Double(a.count)
                }
            }
            let loss = logits.crossEntropy(labels: rows.flatMap { Array($0.dropFirst()) + [-100] })
            optimiser.step(step, scope.parameters, loss.gradients(), decoder.settings)
        }
        return []
    }

    /// Adam at one learning rate, times each parameter's own factor.
    private struct Adam {
        var states: [String: (mean: Tensor, square: Tensor)] = [:]

        mutating func step(
            _ number: Int, _ parameters: [Parameter], _ gradients: Gradients, _ settings: [String: ParameterSetting]
        ) {
            for parameter in parameters {
                guard let gradient = gradients[parameter] else { continue }
                let zeros = Tensor(repeating: 0, gradient.shape)
                var state = states[parameter.name] ?? (zeros, zeros)
                let rate = 1e-2 * (settings[parameter.name]?.learningRate ?? 1)
                parameter.step(
                    AdamWStep(number: number, learningRate: Float(rate), decay: 0), gradient: gradient,
                    mean: &state.mean, square: &state.square)
                states[parameter.name] = state
            }
        }
    }

    /// The slope of log(change) over log(width), one an activation, over three seeds.
    private func slopes(_ kind: Kind, isByWidth: Bool) -> [Double] {
        let logs = Self.widths.map { width -> [Double] in
            let runs = (0..<3).map { changes(configuration(kind, width: width, isByWidth: isByWidth), seed: 100 + $0) }
            return runs[0].indices.map { index in log(runs.map { $0[index] }.reduce(0, +) / 3) }
        }
        let x = Self.widths.map { log(Double($0)) }
        let mean = x.reduce(0, +) / Double(x.count)
        let spread = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return logs[0].indices.map { index in
            zip(x, logs).reduce(0) { $0 + ($1.0 - mean) * $1.1[index] } / spread
        }
    }

    @Test(arguments: Kind.allCases) func `by width, activations move alike at every width`(kind: Kind) {
        let slopes = slopes(kind, isByWidth: true)

        #expect(slopes.count == 2 && slopes.allSatisfy { abs($0) < 0.1 }, "\(kind): \(slopes)")
    }

    @Test(arguments: Kind.allCases) func `under the standard parametrisation they move more the wider the model`(
        kind: Kind
    ) {
        let slopes = slopes(kind, isByWidth: false)

        #expect(slopes.allSatisfy { $0 > 0.2 } && (slopes.last ?? 0) > 0.4, "\(kind): \(slopes)")
    }

    @Test(arguments: Kind.allCases) func `at the base both are the same to the bit`(kind: Kind) {
        let runs = [false, true].map { changes(configuration(kind, width: Self.base, isByWidth: $0), seed: 7) }

        #expect(runs[0] == runs[1])
    }
}
