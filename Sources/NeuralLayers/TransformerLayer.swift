import TensorEngine

/// A normalisation over the last axis.
package protocol Normalisation: Sendable {
    /// - Parameter x: `[..., width]`
    /// - Returns: the shape of `x`
    func callAsFunction(_ x: Tensor) -> Tensor
}

extension LayerNorm: Normalisation {}
extension RMSNorm: Normalisation {}

/// What lets the tokens of a sequence look at one another: the first half of a decoder's layer.
package protocol SequenceAttention: Sendable {
    /// Widths of what the cache remembers of a token.
    var cacheWidths: (keyWidth: Int, valueWidth: Int) { get }

    /// - Parameters:
    ///   - x: `[batch, sequence, width]`, normed.
    ///   - layer: where its keys and values lie in the caches of the pass.
    /// - Returns: the shape of `x`
    func callAsFunction(_ x: Tensor, layer: Int, pass: inout DecoderPass) -> Tensor
}

/// What is done to each token by itself: the second half of a layer.
package protocol TokenFeedForward: Sendable {
    /// - Parameter x: `[batch, sequence, width]`, normed.
    /// - Returns: the shape of `x`
    func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor
}

extension FeedForward: TokenFeedForward {
    package func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor { self(x) }
}

extension GatedFeedForward: TokenFeedForward {
    package func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor { self(x) }
}

extension MixtureOfExperts: TokenFeedForward {
    package func callAsFunction(_ x: Tensor, pass: inout DecoderPass) -> Tensor {
        let (output, routing) = self(x)
        pass.routerLogits?.append(routing.logits)
        pass.expertChoices?.append(routing.choices)
        return output
    }
}

/// A pre-norm layer: `x ← x + m·attention(norm(x))`, then `x ← x + m·feedForward(norm(x))`.
package struct TransformerLayer: Sendable {
    private let attentionNorm: any Normalisation
    package let attention: any SequenceAttention
    private let feedForwardNorm: any Normalisation
    private let feedForward: any TokenFeedForward
    private let residualMultiplier: Float

    /// A layer of parts made elsewhere.
    ///
    /// - Parameter residualMultiplier: m; 1 in all but Granite.
    package init(
        attentionNorm: some Normalisation, attention: some SequenceAttention, feedForwardNorm: some Normalisation,
        feedForward: some TokenFeedForward, residualMultiplier: Double = 1
    ) {
        self.attentionNorm = attentionNorm
        self.attention = attention
        self.feedForwardNorm = feedForwardNorm
        self.feedForward = feedForward
        self.residualMultiplier = Float(residualMultiplier)
    }

    /// - Parameter x: `[batch, sequence, width]`
    package func callAsFunction(_ x: Tensor, index: Int, pass: inout DecoderPass) -> Tensor {
        let x = pass.looked(x, before: index)
        let attended = attention(attentionNorm(x), layer: index, pass: &pass)
        let middle = x + multiplied(pass.adapted(attended, behind: .attention, layer: index))
        let fed = feedForward(feedForwardNorm(middle), pass: &pass)
        return middle + multiplied(pass.adapted(fed, behind: .feedForward, layer: index))
    }

    private func multiplied(_ x: Tensor) -> Tensor { residualMultiplier == 1 ? x : x.scaled(by: residualMultiplier) }
}
