import NeuralLayers
import TensorEngine

/// Our own decoder: pre-norm layers without biases, every part of which is a choice of the configuration.
package struct LorgnetteDecoder: TextDecoder {
    /// The choices it was made of.
    package let configuration: LorgnetteDecoderConfiguration
    /// What an optimiser has to know of each parameter, by path.
    package let settings: [String: ParameterSetting]
    private let tokenTable: Parameter
    private let layers: [LorgnetteDecoderLayer]
    private let finalNorm: RMSNorm
    private let head: ScaledLinear

    /// The model at `scope` (`model…`, `lm_head`).
    package init(_ configuration: LorgnetteDecoderConfiguration, in scope: ParameterScope) {
        let plan = ParameterPlan()
        let model = scope / "model"
        let width = configuration.axes.width
        let vocabulary = WidthAxis(configuration.vocabularySize)
        self.configuration = configuration
        // Of an untied table a token reads one row; tied, the head reads it whole.
        let share = configuration.tiesEmbeddings ? 1 : 1 / Double(configuration.vocabularySize)
        tokenTable = plan.matrix(
            "weight", [vocabulary.length, width.length],
            MatrixScaling(fanIn: vocabulary, fanOut: width, deviation: configuration.tableDeviation), share: share,
            in: model / "embed_tokens")
        layers = (0..<configuration.layers).map { index in
            LorgnetteDecoderLayer(configuration, index: index, plan: plan, in: model / "layers" / "\(index)")
        }
        finalNorm = plan.norm(width.length, epsilon: configuration.epsilon, in: model / "norm")
        let readout = MatrixScaling(fanIn: width, fanOut: vocabulary, deviation: configuration.tableDeviation)
        let weight =
            configuration.tiesEmbeddings
            ? tokenTable
            : plan.matrix("weight", [vocabulary.length, width.length], readout, in: scope / "lm_head")
        head = ScaledLinear(
            weight: weight, multiplier: readout.multiplier * Float(configuration.base?.outputMultiplier ?? 1))
        settings = plan.all
    }

    package var embeddingWidth: Int { configuration.width }
    package var vocabularySize: Int { configuration.vocabularySize }
    package var stack: DecoderStack? { DecoderStack(layers: layers.count, width: configuration.width) }

    /// As far as float32 holds xPos's factors; rotary positions have no such end.
    package var contextLength: Int? {
        guard case .extrapolated(let positions) = configuration.encoding else { return nil }
        return positions.centre + positions.reach
    }

    package var readsPrefixBothWays: Bool { configuration.mask == .prefix }

    package func makeCache() -> KeyValueCache {
        let width = configuration.keyValueHeads * configuration.headWidth
        return KeyValueCache(layers: layers.map { _ in (width, width) })
    }

    package func embeddings(of ids: [Int]) -> Tensor { tokenTable.tensor.rows(ids) }

    package func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor {
        var x = embeddings  // [batch, sequence, width]
        for layer in layers {
            pass.hiddenStates?.append(x)
            x = layer(x, pass: &pass)
        }
        return finalNorm(x)
    }

    package func logits(_ hidden: Tensor) -> Tensor { head(hidden) }

    /// The logits of whole rows of packed documents: what training looks at.
    ///
    /// - Parameters:
    ///   - ids: `[batch][sequence]`, all of one length.
    ///   - documents: of each row; the rest of a row is padding.
    ///   - pass: set up by `DecoderPass.documents`, with a training mode and reports where wanted.
    /// - Returns: `[batch, sequence, vocabulary]`
    package func logits(ids: [[Int]], pass: inout DecoderPass) -> Tensor {
        let sequence = ids.first?.count ?? 0
        let embedded = embeddings(of: ids.flatMap(\.self))
        return logits(hiddenStates(embedded.reshaped([ids.count, sequence, configuration.width]), pass: &pass))
    }

    /// Moves the biases of bias-balanced routers after an optimiser's step.
    ///
    /// - Parameter loads: tokens that chose each expert over the whole batch, one a layer with experts, in order.
    package func balanceRouters(loads: [[Int]]) {
        let routers = layers.compactMap(\.router)
        precondition(loads.count == routers.count, "\(loads.count) loads for \(routers.count) routers")
        for (router, load) in zip(routers, loads) { router.balance(load: load) }
    }
}
