import TensorEngine

/// A gated look at pictures before a layer of a frozen decoder (Alayrac et al. 2022, Flamingo §2.1.2):
/// `x ← x + tanh(α)·attention(norm(x), pictures)`, then `x ← x + tanh(β)·feedForward(x)`.
///
/// α and β begin at 0, where the decoder is exactly what it was. No matrix has a bias; the feed-forward has a norm of its own.
/// What is attended to are the pictures' image tokens in the decoder's space.
package struct GatedCrossAttention: Sendable {
    private let shape: AttentionShape
    private let norm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let attentionGate: Parameter
    private let feedForwardNorm: LayerNorm
    private let feedForward: FeedForward
    private let feedForwardGate: Parameter

    /// The block at `scope`.
    ///
    /// - Parameters:
    ///   - width: of the decoder's tokens.
    ///   - mediaWidth: of the image tokens.
    package init(_ design: AdapterDesign, width: Int, mediaWidth: Int, in scope: ParameterScope) {
        let inner = design.heads * design.headWidth
        shape = AttentionShape(heads: design.heads, headWidth: design.headWidth)
        norm = LayerNorm(width, epsilon: 1e-5, in: scope / "norm")
        query = Linear(width, inner, bias: false, in: scope / "to_q")
        key = Linear(mediaWidth, inner, bias: false, in: scope / "to_k")
        value = Linear(mediaWidth, inner, bias: false, in: scope / "to_v")
        output = Linear(inner, width, bias: false, in: scope / "to_out")
        attentionGate = scope.parameter("attention_gate", [1], .zeros)
        feedForwardNorm = LayerNorm(width, epsilon: 1e-5, in: scope / "feed_forward" / "norm")
        let hidden = width * design.expansion
        feedForward = FeedForward(
            expand: Linear(width, hidden, bias: false, in: scope / "feed_forward" / "expand"),
            contract: Linear(hidden, width, bias: false, in: scope / "feed_forward" / "contract"), activation: .gelu)
        feedForwardGate = scope.parameter("feed_forward_gate", [1], .zeros)
    }

    /// What this block attends to of image tokens, `[batch, tokens, mediaWidth]`: `[batch, tokens, heads·headWidth]` each.
    func keysAndValues(of media: Tensor) -> (keys: Tensor, values: Tensor) { (key(media), value(media)) }

    /// - Parameters:
    ///   - x: `[batch, sequence, width]`
    ///   - attend: attention of queries `[batch, sequence, heads·headWidth]` to the pictures; nil where there are none, and
    ///     then attention adds nothing.
    /// - Returns: the shape of `x`
    func callAsFunction(_ x: Tensor, attend: ((Tensor, AttentionShape) -> Tensor)?) -> Tensor {
        var x = x
        if let attend {
            x = x + output(attend(query(norm(x)), shape)).scaled(by: attentionGate.tensor.converted32().tanh())
        }
        return x + feedForward(feedForwardNorm(x)).scaled(by: feedForwardGate.tensor.converted32().tanh())
    }
}

extension Tensor {
    /// This tensor as float32, keeping its way back where it has one (only float32 tensors do).
    fileprivate func converted32() -> Tensor { dtype == .f32 ? self : converted(to: .f32) }
}
