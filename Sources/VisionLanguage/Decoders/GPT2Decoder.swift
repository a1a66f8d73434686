import NeuralLayers
import TensorEngine

/// GPT-2 (Radford et al. 2019), as in transformers' `GPT2Config`: learned positions, layer norms, biases everywhere.
package struct GPT2Configuration: Sendable, Equatable {
    package var vocabularySize = 50_257
    package var contextLength = 1_024
    package var width = 768
    package var hidden = 3_072
    package var layers = 12
    package var heads = 12
    package var activation = Activation.geluTanh
    package var epsilon = 1e-5
    /// Whether scores are divided by the root of a head's width.
    package var scalesScores = true
    /// Whether scores are also divided by the number of the layer, counted from 1.
    package var scalesScoresByLayer = false
    package var tiesEmbeddings = true

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        var frame = TransformerDecoder.Frame(
            vocabularySize: vocabularySize, width: width, tiesEmbeddings: tiesEmbeddings)
        frame.learnedPositions = contextLength
        return .decoder(
            TransformerDecoder(frame, layers: layers, in: scope, norm: norm) { index, scope in
                TransformerLayer(
                    attentionNorm: norm(in: scope / "ln_1"),
                    attention: SelfAttention(attention(layer: index), in: scope / "attn"),
                    feedForwardNorm: norm(in: scope / "ln_2"),
                    feedForward: FeedForward(
                        expand: Linear(width, hidden, in: scope / "mlp" / "c_fc"),
                        contract: Linear(hidden, width, in: scope / "mlp" / "c_proj"), activation: activation))
            })
    }

    private func norm(in scope: ParameterScope) -> LayerNorm { LayerNorm(width, epsilon: epsilon, in: scope) }

    private func attention(layer: Int) -> SelfAttentionConfiguration {
        let headWidth = width / heads
        var attention = SelfAttentionConfiguration(
            width: width, heads: heads, keyValueHeads: heads, headWidth: headWidth, rotary: nil)
        attention.inputBias = true
        attention.outputBias = true
        attention.scale =
            (scalesScores ? 1 / Double(headWidth).squareRoot() : 1) / (scalesScoresByLayer ? Double(layer + 1) : 1)
        return attention
    }
}
