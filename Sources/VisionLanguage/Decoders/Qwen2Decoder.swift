import NeuralLayers
import TensorEngine

/// Qwen2 (Yang et al. 2024), as in transformers' `Qwen2Config`: Llama with biases on queries, keys and values.
package struct Qwen2Configuration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 151_936, width: 4_096, hidden: 22_016, layers: 32, heads: 32, contextLength: 32_768)

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                var attention = sizes.attention(layer: index)
                attention.inputBias = true
                return sizes.layer(
                    attention: SelfAttention(attention, in: scope / "self_attn"), in: scope
                ) { sizes.gatedFeedForward(in: $0) }
            })
    }
}
