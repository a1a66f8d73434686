import NeuralLayers
import TensorEngine

/// The four projections of T5's attention, under its names `q`, `k`, `v`, `o`.
private struct Projections: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    let output: Linear

    init(_ sizes: EncoderDecoderSizes, in scope: ParameterScope) {
        let inner = sizes.heads * sizes.headWidth
        query = Linear(sizes.width, inner, bias: false, in: scope / "q")
        key = Linear(sizes.width, inner, bias: false, in: scope / "k")
        value = Linear(sizes.width, inner, bias: false, in: scope / "v")
        output = Linear(inner, sizes.width, bias: false, in: scope / "o")
    }
}

/// Self-attention of T5, in either stack: `x + o(attention(norm(x)))`.
private struct SelfAttentionSublayer: Sendable {
    private let shape: AttentionShape
    private let norm: RMSNorm
    private let projections: Projections

    init(_ sizes: EncoderDecoderSizes, in scope: ParameterScope) {
        shape = sizes.attention
        norm = sizes.norm(in: scope / "layer_norm")
        projections = Projections(sizes, in: scope / "SelfAttention")
    }

    func callAsFunction(_ x: Tensor, index: Int, bias: RelativePositionBias, pass: inout DecoderPass) -> Tensor {
        let before = norm(x)
        let attended = pass.attend(
            queries: projections.query(before), keys: projections.key(before), values: projections.value(before),
            shape: shape, layer: index, bias: bias)
        return x + projections.output(attended)
    }
}

/// The feed-forward of T5, in either stack: `x + feedForward(norm(x))`.
private struct FeedForwardSublayer: Sendable {
    private let norm: RMSNorm
    private let feedForward: any TokenFeedForward

    init(_ sizes: EncoderDecoderSizes, in scope: ParameterScope, _ feedForward: any TokenFeedForward) {
        norm = sizes.norm(in: scope / "layer_norm")
        self.feedForward = feedForward
    }

    func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor { x + feedForward(norm(x), pass: &pass) }
}

/// A layer of the encoder: tokens look at all others.
struct EncoderLayer: Sendable {
    private let attention: SelfAttentionSublayer
    private let feedForward: FeedForwardSublayer

    init(_ sizes: EncoderDecoderSizes, in scope: ParameterScope, feedForward: any TokenFeedForward) {
        attention = SelfAttentionSublayer(sizes, in: scope / "0")
        self.feedForward = FeedForwardSublayer(sizes, in: scope / "1", feedForward)
    }

    /// - Parameter x: `[batch, sequence, width]`
    func callAsFunction(_ x: Tensor, index: Int, bias: RelativePositionBias, pass: inout DecoderPass) -> Tensor {
        feedForward(attention(x, index: index, bias: bias, pass: &pass), pass: &pass)
    }
}

/// A layer of the decoder: tokens look at those before them, then at what the encoder made.
struct DecoderLayer: Sendable {
    private let shape: AttentionShape
    private let attention: SelfAttentionSublayer
    private let crossNorm: RMSNorm
    private let cross: Projections
    private let feedForward: FeedForwardSublayer

    init(_ sizes: EncoderDecoderSizes, in scope: ParameterScope, feedForward: any TokenFeedForward) {
        shape = sizes.attention
        attention = SelfAttentionSublayer(sizes, in: scope / "0")
        crossNorm = sizes.norm(in: scope / "1" / "layer_norm")
        cross = Projections(sizes, in: scope / "1" / "EncDecAttention")
        self.feedForward = FeedForwardSublayer(sizes, in: scope / "2", feedForward)
    }

    /// What this layer attends to of an encoder's output, `[batch, sequence, heads·headWidth]` each.
    func keysAndValues(of encoded: Tensor) -> (keys: Tensor, values: Tensor) {
        (cross.key(encoded), cross.value(encoded))
    }

    /// - Parameters:
    ///   - x: `[batch, answer, width]`
    ///   - contexts: one for the whole batch, or one of one sequence for each element.
    func callAsFunction(
        _ x: Tensor, index: Int, bias: RelativePositionBias, contexts: [EncodedContext], pass: inout DecoderPass
    ) -> Tensor {
        let middle = attention(x, index: index, bias: bias, pass: &pass)
        let looked = looking(cross.query(crossNorm(middle)), at: contexts, layer: index)
        return feedForward(middle + cross.output(looked), pass: &pass)
    }

    private func looking(_ queries: Tensor, at contexts: [EncodedContext], layer: Int) -> Tensor {
        if contexts.count == 1, contexts[0].batch == queries.shape[0] {
            return looking(queries, at: contexts[0], layer: layer)
        }
        // One after the other, each with its own keys: a sequence's answer does not depend on its company.
        precondition(contexts.count == queries.shape[0], "\(contexts.count) contexts for \(queries.shape)")
        return .concatenated(
            contexts.enumerated().map { looking(queries.slice($0..<$0 + 1), at: $1, layer: layer) })
    }

    private func looking(_ queries: Tensor, at context: EncodedContext, layer: Int) -> Tensor {
        .attention(
            queries: queries, keys: context.keys[layer], values: context.values[layer], shape: shape,
            mask: context.lengths.map { .keys(lengths: $0, queries: queries.shape[1]) })
    }
}
