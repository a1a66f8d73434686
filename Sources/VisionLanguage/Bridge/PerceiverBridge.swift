import NeuralLayers
import TensorEngine

/// Flamingo's Perceiver resampler (Alayrac et al. 2022 §2.1.1, after Jaegle et al. 2021; as OpenFlamingo has it), and a projection:
/// learned latents look again and again at the features and at themselves.
///
/// A layer: `l ← l + attention(norm(l), [norm'(features); norm(l)])`, then `l ← l + feedForward(norm(l))`; a norm at the end. It
/// is as wide as the features; no matrix but the projection has a bias. A picture is one frame: there are no time embeddings.
package struct PerceiverBridge: PictureBridge {
    /// `[latents, width]`
    private let latents: Parameter
    private let layers: [PerceiverLayer]
    private let finalNorm: LayerNorm
    private let projection: Linear

    /// Where its parameters lie.
    package static let place = "resampler"

    /// The bridge at `scope` (`resampler.latents`, `layers.N`, `norm`, `projection`).
    ///
    /// - Parameters:
    ///   - featureWidth: of the image features.
    ///   - width: of the decoder's embeddings.
    package init(_ sizes: BridgeSizes, featureWidth: Int, width: Int, in scope: ParameterScope) {
        let place = scope / Self.place
        latents = place.parameter("latents", [sizes.latents, featureWidth], .normal(1))
        layers = (0..<sizes.layers).map {
            PerceiverLayer(sizes, width: featureWidth, in: place / "layers" / "\($0)")
        }
        finalNorm = LayerNorm(featureWidth, epsilon: PerceiverLayer.epsilon, in: place / "norm")
        projection = Linear(featureWidth, width, in: place / "projection")
    }

    package var queries: Int { latents.tensor.shape[0] }
    package var queryWidth: Int { latents.tensor.shape[1] }

    package func queryTokens(of features: Tensor, instruction: BridgeText?) -> Tensor {
        var x = latents.tensor.converted32().repeated(features.shape[0])  // [batch, latents, width]
        for layer in layers { x = layer(x, features: features) }
        return finalNorm(x)
    }

    package func embeddings(of queries: Tensor) -> Tensor { projection(queries) }
}

/// One layer of the resampler.
struct PerceiverLayer: Sendable {
    static let epsilon = 1e-5
    private let shape: AttentionShape
    private let featureNorm: LayerNorm
    private let latentNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let feedForwardNorm: LayerNorm
    private let feedForward: FeedForward

    init(_ sizes: BridgeSizes, width: Int, in scope: ParameterScope) {
        let inner = sizes.heads * sizes.headWidth
        shape = AttentionShape(heads: sizes.heads, headWidth: sizes.headWidth)
        featureNorm = LayerNorm(width, epsilon: Self.epsilon, in: scope / "media_norm")
        latentNorm = LayerNorm(width, epsilon: Self.epsilon, in: scope / "latent_norm")
        query = Linear(width, inner, bias: false, in: scope / "to_q")
        key = Linear(width, inner, bias: false, in: scope / "to_k")
        value = Linear(width, inner, bias: false, in: scope / "to_v")
        output = Linear(inner, width, bias: false, in: scope / "to_out")
        let place = scope / "feed_forward"
        feedForwardNorm = LayerNorm(width, epsilon: Self.epsilon, in: place / "norm")
        feedForward = FeedForward(
            expand: Linear(width, width * sizes.expansion, bias: false, in: place / "expand"),
            contract: Linear(width * sizes.expansion, width, bias: false, in: place / "contract"), activation: .gelu)
    }

    /// - Parameters:
    ///   - x: latents, `[batch, latents, width]`
    ///   - features: `[batch, tokens, width]`
    func callAsFunction(_ x: Tensor, features: Tensor) -> Tensor {
        let normed = latentNorm(x)
        let seen = Tensor.concatenated([featureNorm(features), normed], axis: 1)  // [batch, tokens + latents, width]
        let attended = Tensor.attention(queries: query(normed), keys: key(seen), values: value(seen), shape: shape)
        let middle = x + output(attended)
        return middle + feedForward(feedForwardNorm(middle))
    }
}
