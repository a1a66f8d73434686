import TensorEngine

/// The sizes and choices of one layer's attention.
package struct SelfAttentionConfiguration: Sendable, Equatable {
    /// Width of the tokens.
    package var width: Int
    package var heads: Int
    /// Key–value heads; groups of query heads share one.
    package var keyValueHeads: Int
    package var headWidth: Int
    /// How queries and keys are rotated by their positions; nil where positions come from elsewhere.
    package var rotary: RotaryFrequencies?
    /// What scores are multiplied by; nil for 1/√headWidth.
    package var scale: Double?
    /// How many of the latest tokens a token sees; nil for all.
    package var window: Int?
    /// Whether the projections to queries, keys and values have biases.
    package var inputBias = false
    /// Whether the projection of the result has one.
    package var outputBias = false
    /// The epsilon of RMS norms over each head's query and key, where there are some (Qwen3).
    package var headNormEpsilon: Double?
    /// Whether each head has one more score without a value (gpt-oss).
    package var hasSinks = false

    /// Plain attention of these sizes.
    package init(width: Int, heads: Int, keyValueHeads: Int, headWidth: Int, rotary: RotaryFrequencies?) {
        self.width = width
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.headWidth = headWidth
        self.rotary = rotary
    }
}

/// Multi-head attention of a decoder, under Llama's names `q_proj`, `k_proj`, `v_proj`, `o_proj`, `q_norm`, `k_norm`, `sinks`.
package struct SelfAttention: SequenceAttention {
    private let shape: AttentionShape
    private let rotary: RotaryFrequencies?
    private let window: Int?
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let queryNorm: RMSNorm?
    private let keyNorm: RMSNorm?
    private let sinks: Parameter?

    /// The attention at `scope`.
    package init(_ configuration: SelfAttentionConfiguration, in scope: ParameterScope) {
        let headWidth = configuration.headWidth
        let (queryWidth, keyWidth) = (configuration.heads * headWidth, configuration.keyValueHeads * headWidth)
        shape = AttentionShape(
            heads: configuration.heads, keyValueHeads: configuration.keyValueHeads, headWidth: headWidth,
            scale: configuration.scale.map { Float($0) })
        rotary = configuration.rotary
        window = configuration.window
        let bias = configuration.inputBias
        query = Linear(configuration.width, queryWidth, bias: bias, in: scope / "q_proj")
        key = Linear(configuration.width, keyWidth, bias: bias, in: scope / "k_proj")
        value = Linear(configuration.width, keyWidth, bias: bias, in: scope / "v_proj")
        output = Linear(queryWidth, configuration.width, bias: configuration.outputBias, in: scope / "o_proj")
        queryNorm = configuration.headNormEpsilon.map { RMSNorm(headWidth, epsilon: $0, in: scope / "q_norm") }
        keyNorm = configuration.headNormEpsilon.map { RMSNorm(headWidth, epsilon: $0, in: scope / "k_norm") }
        sinks = configuration.hasSinks ? scope.parameter("sinks", [configuration.heads], .zeros) : nil
    }

    package var cacheWidths: (keyWidth: Int, valueWidth: Int) {
        let width = shape.keyValueHeads * shape.headWidth
        return (width, width)
    }

    package func callAsFunction(_ x: Tensor, layer: Int, pass: inout DecoderPass) -> Tensor {
        var queries = Self.normed(query(x), by: queryNorm, headWidth: shape.headWidth)
        var keys = Self.normed(key(x), by: keyNorm, headWidth: shape.headWidth)
        if let rotary {
            let table = pass.rotaryTable(rotary)
            queries = queries.rotated(heads: shape.heads, by: table)
            keys = keys.rotated(heads: shape.keyValueHeads, by: table)
        }
        return output(
            pass.attend(
                queries: queries, keys: keys, values: value(x), shape: shape, layer: layer, window: window,
                sinks: sinks?.tensor.converted(to: .f32)))
    }

    /// Each head normed by itself.
    private static func normed(_ x: Tensor, by norm: RMSNorm?, headWidth: Int) -> Tensor {
        guard let norm else { return x }
        return norm(x.reshaped([x.count / max(1, headWidth), headWidth])).reshaped(x.shape)
    }
}
