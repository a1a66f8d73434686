import TensorEngine

/// The sizes of multi-head latent attention.
package struct LatentAttentionConfiguration: Sendable, Equatable {
    /// Width of the tokens.
    package var width: Int
    package var heads: Int
    /// Width of the latent that queries come from; nil where they come from the tokens.
    package var queryRank: Int?
    /// Width of the latent that keys and values come from.
    package var keyValueRank: Int
    /// Elements of a head's query and key that are not rotated.
    package var plainWidth: Int
    /// Elements of a head's value.
    package var valueWidth: Int
    /// Rotation of the other elements of queries and keys, whose number is its width.
    package var rotary: RotaryFrequencies
    /// What scores are multiplied by.
    package var scale: Double
    /// Whether the projections to the latents and of the result have biases.
    package var hasBias: Bool
    /// Of the norms over the latents.
    package var epsilon: Double

    /// Attention of these sizes.
    package init(
        width: Int, heads: Int, queryRank: Int?, keyValueRank: Int, plainWidth: Int, valueWidth: Int,
        rotary: RotaryFrequencies, scale: Double, hasBias: Bool, epsilon: Double
    ) {
        self.width = width
        self.heads = heads
        self.queryRank = queryRank
        self.keyValueRank = keyValueRank
        self.plainWidth = plainWidth
        self.valueWidth = valueWidth
        self.rotary = rotary
        self.scale = scale
        self.hasBias = hasBias
        self.epsilon = epsilon
    }
}

/// Multi-head latent attention (DeepSeek-AI 2024, DeepSeek-V2 §2.1): keys and values of all heads are made from one small
/// latent a token, queries from another; a few elements of each key, the same for all heads, carry the position.
///
/// The cache holds the keys and values of all heads, not the latent: heads·(plain + rotated + value) numbers a token.
package struct LatentAttention: SequenceAttention {
    private let configuration: LatentAttentionConfiguration
    private let shape: AttentionShape
    private let queryDown: Linear?
    private let queryNorm: RMSNorm?
    private let queryUp: Linear
    private let latentDown: Linear
    private let latentNorm: RMSNorm
    private let latentUp: Linear
    private let output: Linear

    /// The attention at `scope`, under DeepSeek's names.
    package init(_ configuration: LatentAttentionConfiguration, in scope: ParameterScope) {
        self.configuration = configuration
        let (width, heads, bias) = (configuration.width, configuration.heads, configuration.hasBias)
        let headWidth = configuration.plainWidth + configuration.rotary.width
        shape = AttentionShape(
            heads: heads, headWidth: headWidth, valueWidth: configuration.valueWidth, scale: Float(configuration.scale))
        if let rank = configuration.queryRank {
            queryDown = Linear(width, rank, bias: bias, in: scope / "q_a_proj")
            queryNorm = RMSNorm(rank, epsilon: configuration.epsilon, in: scope / "q_a_layernorm")
            queryUp = Linear(rank, heads * headWidth, bias: false, in: scope / "q_b_proj")
        } else {
            queryDown = nil
            queryNorm = nil
            queryUp = Linear(width, heads * headWidth, bias: false, in: scope / "q_proj")
        }
        let rank = configuration.keyValueRank
        latentDown = Linear(width, rank + configuration.rotary.width, bias: bias, in: scope / "kv_a_proj_with_mqa")
        latentNorm = RMSNorm(rank, epsilon: configuration.epsilon, in: scope / "kv_a_layernorm")
        latentUp = Linear(
            rank, heads * (configuration.plainWidth + configuration.valueWidth), bias: false, in: scope / "kv_b_proj")
        output = Linear(heads * configuration.valueWidth, width, bias: bias, in: scope / "o_proj")
    }

    package var cacheWidths: (keyWidth: Int, valueWidth: Int) {
        (shape.heads * shape.headWidth, shape.heads * shape.valueWidth)
    }

    package func callAsFunction(_ x: Tensor, layer: Int, pass: inout DecoderPass) -> Tensor {
        let table = pass.rotaryTable(configuration.rotary)
        let (keys, values) = keysAndValues(x, table)
        return output(
            pass.attend(queries: queries(x, table), keys: keys, values: values, shape: shape, layer: layer))
    }

    /// `[batch, sequence, heads·(plain + rotated)]`
    private func queries(_ x: Tensor, _ table: RotaryTable) -> Tensor {
        var source = x
        if let queryDown, let queryNorm { source = queryNorm(queryDown(x)) }
        let (plain, rotated) = (configuration.plainWidth, configuration.rotary.width)
        let joined = queryUp(source).reshaped(x.shape.dropLast() + [shape.heads, plain + rotated])
        let turned = joined.slice(plain..<plain + rotated, axis: 3)  // [batch, sequence, heads, rotated]
            .reshaped(x.shape.dropLast() + [shape.heads * rotated])
            .rotated(heads: shape.heads, by: table)
            .reshaped(x.shape.dropLast() + [shape.heads, rotated])
        return Tensor.concatenated([joined.slice(0..<plain, axis: 3), turned], axis: 3)
            .reshaped(x.shape.dropLast() + [shape.heads * shape.headWidth])
    }

    /// `[batch, sequence, heads·(plain + rotated)]` and `[batch, sequence, heads·valueWidth]`
    private func keysAndValues(_ x: Tensor, _ table: RotaryTable) -> (keys: Tensor, values: Tensor) {
        let (rank, plain, rotated) = (configuration.keyValueRank, configuration.plainWidth, configuration.rotary.width)
        let tokens = Array(x.shape.dropLast())
        let compressed = latentDown(x)  // [batch, sequence, rank + rotated]
        let latent = latentNorm(compressed.slice(0..<rank, axis: 2))
        let position = compressed.slice(rank..<rank + rotated, axis: 2).rotated(heads: 1, by: table)
        let expanded = latentUp(latent).reshaped(tokens + [shape.heads, plain + shape.valueWidth])
        let shared = Tensor.concatenated([Tensor](repeating: position, count: shape.heads), axis: 2)
            .reshaped(tokens + [shape.heads, rotated])
        let keys = Tensor.concatenated([expanded.slice(0..<plain, axis: 3), shared], axis: 3)
        let values = expanded.slice(plain..<plain + shape.valueWidth, axis: 3)
        return (
            keys.reshaped(tokens + [shape.heads * shape.headWidth]),
            values.reshaped(tokens + [shape.heads * shape.valueWidth])
        )
    }
}
