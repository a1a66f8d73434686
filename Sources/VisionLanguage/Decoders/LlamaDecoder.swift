import NeuralLayers
import TensorEngine

/// Llama and Vicuna (Touvron et al. 2023), as in transformers' `LlamaConfig`.
package struct LlamaConfiguration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 32_000, width: 4_096, hidden: 11_008, layers: 32, heads: 32, contextLength: 2_048)
    package var attentionBias = false
    package var feedForwardBias = false

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                var attention = sizes.attention(layer: index)
                attention.inputBias = attentionBias
                attention.outputBias = attentionBias
                return sizes.layer(
                    attention: SelfAttention(attention, in: scope / "self_attn"), in: scope
                ) { sizes.gatedFeedForward(bias: feedForwardBias, in: $0) }
            })
    }
}
