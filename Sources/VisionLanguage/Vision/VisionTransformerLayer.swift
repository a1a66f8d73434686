import NeuralLayers
import TensorEngine

/// Self-attention of a vision transformer with a matrix each for queries, keys and values.
struct VisionAttention: Sendable {
    private let shape: AttentionShape
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear

    /// Attention of layers made elsewhere.
    private init(width: Int, heads: Int, query: Linear, key: Linear, value: Linear, output: Linear) {
        shape = AttentionShape(heads: heads, headWidth: width / heads)
        self.query = query
        self.key = key
        self.value = value
        self.output = output
    }

    /// The layers at `scope` under CLIP's names (`q_proj`, `k_proj`, `v_proj`, `out_proj`), which SigLIP has too.
    init(width: Int, heads: Int, clipNamesIn scope: ParameterScope) {
        self.init(
            width: width, heads: heads, query: Linear(width, width, in: scope / "q_proj"),
            key: Linear(width, width, in: scope / "k_proj"), value: Linear(width, width, in: scope / "v_proj"),
            output: Linear(width, width, in: scope / "out_proj"))
    }

    /// The layers at `scope` under ViT's names (`attention.{query,key,value}`, `output.dense`), which DINOv2 has too.
    init(width: Int, heads: Int, bias: Bool, vitNamesIn scope: ParameterScope) {
        let inner = scope / "attention"
        self.init(
            width: width, heads: heads, query: Linear(width, width, bias: bias, in: inner / "query"),
            key: Linear(width, width, bias: bias, in: inner / "key"),
            value: Linear(width, width, bias: bias, in: inner / "value"),
            output: Linear(width, width, in: scope / "output" / "dense"))
    }

    /// - Parameter x: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        output(Tensor.attention(queries: query(x), keys: key(x), values: value(x), shape: shape))
    }
}

/// Self-attention of a vision transformer with one matrix for queries, keys and values.
struct JoinedVisionAttention: Sendable {
    private let shape: AttentionShape
    private let qkv: Linear
    private let output: Linear

    /// The layers at `scope` under BLIP-2's names (`qkv`, `projection`).
    init(width: Int, heads: Int, bias: Bool, in scope: ParameterScope) {
        shape = AttentionShape(heads: heads, headWidth: width / heads)
        qkv = Linear(width, 3 * width, bias: bias, in: scope / "qkv")
        output = Linear(width, width, in: scope / "projection")
    }

    /// - Parameter x: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor) -> Tensor { output(Tensor.selfAttention(joined: qkv(x), shape: shape)) }
}

/// A pre-norm layer of a vision transformer: `x ← x + λ₁·attention(norm(x))`, then `x ← x + λ₂·feedForward(norm(x))`, the
/// scales λ `[width]` being 1 but in DINOv2 (Touvron et al. 2021).
struct VisionTransformerLayer: Sendable {
    let attentionNorm: LayerNorm
    let attention: @Sendable (Tensor) -> Tensor
    var attentionScale: Parameter?
    let feedForwardNorm: LayerNorm
    let feedForward: @Sendable (Tensor) -> Tensor
    var feedForwardScale: Parameter?

    /// - Parameter x: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor) -> Tensor {
        let middle = x + Self.scaled(attention(attentionNorm(x)), by: attentionScale)
        return middle + Self.scaled(feedForward(feedForwardNorm(middle)), by: feedForwardScale)
    }

    private static func scaled(_ x: Tensor, by factors: Parameter?) -> Tensor {
        guard let factors else { return x }
        let width = factors.tensor.count
        return x * factors.tensor.converted32().repeated(x.count / width).reshaped(x.shape)
    }
}

extension VisionTransformerLayer {
    /// The layer at `scope` under the names that CLIP, SigLIP and BLIP-2 share (`layer_norm1`, `layer_norm2`, `mlp.{fc1,fc2}`).
    ///
    /// - Parameter attention: at `self_attn`.
    init(
        _ sizes: VisionSizes, clipNamesIn scope: ParameterScope,
        attention: (ParameterScope) -> @Sendable (Tensor) -> Tensor
    ) {
        attentionNorm = LayerNorm(sizes.width, epsilon: sizes.epsilon, in: scope / "layer_norm1")
        self.attention = attention(scope / "self_attn")
        feedForwardNorm = LayerNorm(sizes.width, epsilon: sizes.epsilon, in: scope / "layer_norm2")
        let mlp = FeedForward(
            expand: Linear(sizes.width, sizes.hidden, in: scope / "mlp" / "fc1"),
            contract: Linear(sizes.hidden, sizes.width, in: scope / "mlp" / "fc2"), activation: sizes.activation)
        feedForward = { mlp($0) }
    }
}
