import NeuralLayers
import TensorEngine

/// The sizes and choices of an OLMoE language model (Muennighoff et al. 2024), as in transformers' `OlmoeConfig`.
package struct OLMoEConfiguration: Sendable, Equatable {
    package var vocabularySize = 50_304
    package var width = 2_048
    /// Hidden units of one expert.
    package var hidden = 2_048
    package var layers = 16
    package var heads = 16
    package var keyValueHeads = 16
    package var contextLength = 4_096
    package var epsilon = 1e-5
    package var experts = 64
    package var expertsPerToken = 8
    package var normalisesWeights = false
    /// Queries, keys and values are cut to ± this where it is given.
    package var clipping: Double?
    package var attentionBias = false
    package var activation = Activation.silu
    package var tiesEmbeddings = false
    package var rotaryBase = 10_000.0
    package var rotaryScaling = RotaryFrequencies.Scaling.none

    /// transformers' defaults.
    package init() {}

    var headWidth: Int { width / heads }
}

/// OLMoE: rotary positions, normed queries and keys, every feed-forward a mixture of experts.
package struct OLMoEDecoder: TextDecoder {
    private let configuration: OLMoEConfiguration
    private let tokenTable: Parameter
    private let layers: [OLMoELayer]
    private let finalNorm: RMSNorm
    private let head: Parameter

    /// The model at `scope` (`model…`, `lm_head`).
    package init(_ configuration: OLMoEConfiguration, in scope: ParameterScope) {
        let model = scope / "model"
        self.configuration = configuration
        let tableShape = [configuration.vocabularySize, configuration.width]
        tokenTable = (model / "embed_tokens").parameter("weight", tableShape)
        layers = (0..<configuration.layers).map { OLMoELayer(configuration, in: model / "layers" / "\($0)") }
        finalNorm = RMSNorm(configuration.width, epsilon: configuration.epsilon, in: model / "norm")
        head = configuration.tiesEmbeddings ? tokenTable : (scope / "lm_head").parameter("weight", tableShape)
    }

    package var embeddingWidth: Int { configuration.width }
    package var vocabularySize: Int { configuration.vocabularySize }
    package var contextLength: Int? { nil }
    package var stack: DecoderStack? { DecoderStack(layers: layers.count, width: configuration.width) }

    package func makeCache() -> KeyValueCache {
        let width = configuration.keyValueHeads * configuration.headWidth
        return KeyValueCache(layers: layers.map { _ in (width, width) })
    }

    package func embeddings(of ids: [Int]) -> Tensor { tokenTable.tensor.rows(ids) }

    package func hiddenStates(_ embeddings: Tensor, pass: inout DecoderPass) -> Tensor {
        var x = embeddings  // [batch, sequence, width]
        for (index, layer) in layers.enumerated() {
            pass.hiddenStates?.append(x)
            x = layer(x, index: index, pass: &pass)
        }
        return finalNorm(x)
    }

    package func logits(_ hidden: Tensor) -> Tensor { hidden.linear(head.tensor) }
}

/// One layer of OLMoE.
struct OLMoELayer: Sendable {
    private let shape: AttentionShape
    private let rotary: RotaryFrequencies
    private let clipping: Float?
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    /// Over all heads at once, unlike the norms of later models.
    private let queryNorm: RMSNorm
    private let keyNorm: RMSNorm
    private let attentionNorm: RMSNorm
    private let experts: MixtureOfExperts
    private let expertNorm: RMSNorm

    init(_ configuration: OLMoEConfiguration, in scope: ParameterScope) {
        let width = configuration.width
        let keyWidth = configuration.keyValueHeads * configuration.headWidth
        let bias = configuration.attentionBias
        let attention = scope / "self_attn"
        let epsilon = configuration.epsilon
        shape = AttentionShape(
            heads: configuration.heads, keyValueHeads: configuration.keyValueHeads, headWidth: configuration.headWidth)
        rotary = RotaryFrequencies(
            width: configuration.headWidth, base: configuration.rotaryBase, scaling: configuration.rotaryScaling)
        clipping = configuration.clipping.map { Float($0) }
        query = Linear(width, width, bias: bias, in: attention / "q_proj")
        key = Linear(width, keyWidth, bias: bias, in: attention / "k_proj")
        value = Linear(width, keyWidth, bias: bias, in: attention / "v_proj")
        output = Linear(width, width, bias: bias, in: attention / "o_proj")
        queryNorm = RMSNorm(width, epsilon: epsilon, in: attention / "q_norm")
        keyNorm = RMSNorm(keyWidth, epsilon: epsilon, in: attention / "k_norm")
        attentionNorm = RMSNorm(width, epsilon: epsilon, in: scope / "input_layernorm")
        let mixture = scope / "mlp"
        experts = MixtureOfExperts(
            router: SoftmaxRouter(
                width: width, experts: configuration.experts, perToken: configuration.expertsPerToken,
                normalises: configuration.normalisesWeights, in: mixture / "gate"),
            experts: (0..<configuration.experts).map { expert in
                GatedFeedForward(
                    width: width, hidden: configuration.hidden, activation: configuration.activation,
                    in: mixture / "experts" / "\(expert)")
            })
        expertNorm = RMSNorm(width, epsilon: epsilon, in: scope / "post_attention_layernorm")
    }

    func callAsFunction(_ x: Tensor, index: Int, pass: inout DecoderPass) -> Tensor {
        let x = pass.looked(x, before: index)
        let before = attentionNorm(x)
        var queries = queryNorm(query(before))
        var keys = keyNorm(key(before))
        var values = value(before)
        if let clipping {
            queries = queries.clamped(to: clipping)
            keys = keys.clamped(to: clipping)
            values = values.clamped(to: clipping)
        }
        let table = pass.rotaryTable(rotary)
        let attended = pass.attend(
            queries: queries.rotated(heads: shape.heads, by: table),
            keys: keys.rotated(heads: shape.keyValueHeads, by: table), values: values, shape: shape, layer: index)
        let middle = x + pass.adapted(output(attended), behind: .attention, layer: index)
        let fed = experts(expertNorm(middle), pass: &pass)
        return middle + pass.adapted(fed, behind: .feedForward, layer: index)
    }
}
