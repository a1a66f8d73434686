import NeuralLayers
import TensorEngine

/// Qwen3 (Yang et al. 2025), as in transformers' `Qwen3Config`: Llama with a norm over each head's query and key.
package struct Qwen3Configuration: Sendable, Equatable {
    package var sizes = RotaryDecoderSizes(
        vocabularySize: 151_936, width: 4_096, hidden: 22_016, layers: 32, heads: 32, headWidth: 128,
        contextLength: 32_768)
    package var attentionBias = false

    /// transformers' defaults.
    package init() {}

    package func makeLanguageModel(in scope: ParameterScope) -> LanguageModel {
        .decoder(
            TransformerDecoder(sizes.frame, layers: sizes.layers, in: scope, norm: sizes.norm) { index, scope in
                sizes.layer(
                    attention: SelfAttention(
                        sizes.qwen3Attention(layer: index, bias: attentionBias), in: scope / "self_attn"), in: scope
                ) { sizes.gatedFeedForward(in: $0) }
            })
    }
}

extension RotaryDecoderSizes {
    /// Attention with normed heads.
    func qwen3Attention(layer: Int, bias: Bool) -> SelfAttentionConfiguration {
        var attention = attention(layer: layer)
        attention.inputBias = bias
        attention.outputBias = bias
        attention.headNormEpsilon = epsilon
        return attention
    }
}
