import NeuralLayers
import TensorEngine

/// The sizes and choices that decoders with rotary positions have in common, under Llama's keys.
package struct RotaryDecoderSizes: Sendable, Equatable {
    package var vocabularySize: Int
    package var width: Int
    /// Hidden units of a dense feed-forward.
    package var hidden: Int
    package var layers: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headWidth: Int
    package var contextLength: Int
    package var epsilon: Double
    package var activation = Activation.silu
    package var tiesEmbeddings = false
    package var rotary: RotaryFrequencies
    /// How many of the latest tokens each layer's tokens see; nil for all.
    package var windows: [Int?]

    /// Sizes of a model with plain rotation, every token seen by all later ones.
    package init(
        vocabularySize: Int, width: Int, hidden: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil,
        headWidth: Int? = nil, contextLength: Int, epsilon: Double = 1e-6, rotaryBase: Double = 10_000
    ) {
        self.vocabularySize = vocabularySize
        self.width = width
        self.hidden = hidden
        self.layers = layers
        self.heads = heads
        self.keyValueHeads = keyValueHeads ?? heads
        self.headWidth = headWidth ?? width / heads
        self.contextLength = contextLength
        self.epsilon = epsilon
        rotary = RotaryFrequencies(width: self.headWidth, base: rotaryBase)
        windows = Array(repeating: nil, count: layers)
    }

    /// The attention of layer `layer`, without biases.
    func attention(layer: Int) -> SelfAttentionConfiguration {
        var attention = SelfAttentionConfiguration(
            width: width, heads: heads, keyValueHeads: keyValueHeads, headWidth: headWidth, rotary: rotary)
        attention.window = windows[layer]
        return attention
    }

    /// An embedding table and a head of these sizes.
    var frame: TransformerDecoder.Frame {
        TransformerDecoder.Frame(vocabularySize: vocabularySize, width: width, tiesEmbeddings: tiesEmbeddings)
    }

    /// An RMS norm over tokens at `scope`.
    func norm(in scope: ParameterScope) -> RMSNorm { RMSNorm(width, epsilon: epsilon, in: scope) }

    /// A layer of Llama's shape at `scope`: RMS norms, attention, and what `feedForward` makes at `mlp`.
    func layer(
        attention: some SequenceAttention, residualMultiplier: Double = 1, in scope: ParameterScope,
        feedForward: (ParameterScope) -> any TokenFeedForward
    ) -> TransformerLayer {
        func made(_ feedForward: some TokenFeedForward) -> TransformerLayer {
            TransformerLayer(
                attentionNorm: norm(in: scope / "input_layernorm"), attention: attention,
                feedForwardNorm: norm(in: scope / "post_attention_layernorm"), feedForward: feedForward,
                residualMultiplier: residualMultiplier)
        }
        return made(feedForward(scope / "mlp"))
    }

    /// A gated feed-forward of `hidden` units (the model's own where nil) at `scope`.
    func gatedFeedForward(hidden: Int? = nil, bias: Bool = false, in scope: ParameterScope) -> GatedFeedForward {
        GatedFeedForward(width: width, hidden: hidden ?? self.hidden, activation: activation, bias: bias, in: scope)
    }

    /// Gated experts of `hidden` units each, `experts.0`, `experts.1`, … below `scope`.
    func experts(_ count: Int, hidden: Int, in scope: ParameterScope) -> [GatedFeedForward] {
        (0..<count).map { gatedFeedForward(hidden: hidden, in: scope / "experts" / "\($0)") }
    }
}
