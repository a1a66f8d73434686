import NeuralLayers
import TensorEngine

/// Keys and values of tokens that others attend to.
struct KeysAndValues: Sendable {
    /// `[batch, tokens, width]`
    let keys: Tensor
    /// `[batch, tokens, width]`
    let values: Tensor

    /// These and then those of `later` tokens.
    func followed(by later: KeysAndValues) -> KeysAndValues {
        KeysAndValues(
            keys: .concatenated([keys, later.keys], axis: 1), values: .concatenated([values, later.values], axis: 1))
    }

    /// Those of these batch elements, in this order, each as often as it is named.
    func elements(_ indices: [Int]) -> KeysAndValues {
        KeysAndValues(keys: keys.rows(indices), values: values.rows(indices))
    }
}

/// Attention as BERT has it (Devlin et al. 2018): projected, added to its input, normed.
struct BERTAttention: Sendable {
    private let shape: AttentionShape
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let norm: LayerNorm

    /// The block at `scope` (`attention.{query,key,value}`, `output.{dense,LayerNorm}`).
    init(_ configuration: QueryTransformerConfiguration, keyWidth: Int, in scope: ParameterScope) {
        let width = configuration.width
        let inner = scope / "attention"
        shape = AttentionShape(heads: configuration.heads, headWidth: width / configuration.heads)
        query = Linear(width, width, in: inner / "query")
        key = Linear(keyWidth, width, in: inner / "key")
        value = Linear(keyWidth, width, in: inner / "value")
        output = Linear(width, width, in: scope / "output" / "dense")
        norm = LayerNorm(width, epsilon: configuration.epsilon, in: scope / "output" / "LayerNorm")
    }

    /// - Parameters:
    ///   - x: `[batch, rows, width]`
    ///   - keys: what is attended to, `[batch, tokens, keyWidth]`
    ///   - mask: which of them each row sees.
    func callAsFunction(_ x: Tensor, keys: Tensor, mask: AttentionMask? = nil) -> Tensor {
        self(x, among: keysAndValues(of: keys), mask: mask)
    }

    /// What `tokens`, `[batch, tokens, keyWidth]`, show to those who attend to them.
    func keysAndValues(of tokens: Tensor) -> KeysAndValues { KeysAndValues(keys: key(tokens), values: value(tokens)) }

    /// - Parameters:
    ///   - x: `[batch, rows, width]`
    ///   - tokens: what is attended to.
    ///   - mask: which of them each row sees.
    func callAsFunction(_ x: Tensor, among tokens: KeysAndValues, mask: AttentionMask? = nil) -> Tensor {
        let attended = Tensor.attention(
            queries: query(x), keys: tokens.keys, values: tokens.values, shape: shape, mask: mask)
        return norm(output(attended) + x)
    }
}

/// The feed-forward as BERT has it: added to its input, normed.
struct BERTFeedForward: Sendable {
    private let feedForward: FeedForward
    private let norm: LayerNorm

    init(_ configuration: QueryTransformerConfiguration, expand: ParameterScope, contract: ParameterScope) {
        feedForward = FeedForward(
            expand: Linear(configuration.width, configuration.hidden, in: expand / "dense"),
            contract: Linear(configuration.hidden, configuration.width, in: contract / "dense"),
            activation: configuration.activation)
        norm = LayerNorm(configuration.width, epsilon: configuration.epsilon, in: contract / "LayerNorm")
    }

    /// - Parameter x: `[..., width]`
    func callAsFunction(_ x: Tensor) -> Tensor { norm(feedForward(x) + x) }
}
