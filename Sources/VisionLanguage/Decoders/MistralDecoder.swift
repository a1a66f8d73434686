import NeuralLayers
import TensorEngine

/// Mistral (Jiang et al. 2023), as in transformers' `MistralConfig`: Llama with a sliding window in every layer.
package struct MistralConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 32_000, width: 4_096, hidden: 14_336, layers: 32, heads: 32, keyValueHeads: 8,
        contextLength: 131_072)

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                sizes.layer(
                    attention: SelfAttention(sizes.attention(layer: index), in: scope / "self_attn"), in: scope
                ) { sizes.gatedFeedForward(in: $0) }
            })
    }
}
