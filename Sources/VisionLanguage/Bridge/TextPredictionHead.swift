import NeuralLayers
import TensorEngine

/// BERT's language head (Devlin et al. 2018), tied to the word embeddings: what image-grounded writing predicts tokens with.
package struct TextPredictionHead: Sendable {
    private let transform: Linear
    private let activation: Activation
    private let norm: LayerNorm
    private let words: Parameter
    /// `[vocabulary]`
    private let bias: Parameter

    /// The head at `scope` (`transform.{dense,LayerNorm}`, `bias`), tied to `words` of `[vocabulary, width]`.
    package init(_ configuration: QueryTransformerConfiguration, words: Parameter, in scope: ParameterScope) {
        let width = configuration.width
        transform = Linear(width, width, in: scope / "transform" / "dense")
        activation = configuration.activation
        norm = LayerNorm(width, epsilon: configuration.epsilon, in: scope / "transform" / "LayerNorm")
        bias = scope.parameter("bias", [configuration.vocabularySize], .zeros)
        self.words = words
    }

    /// - Parameter hidden: what the querying transformer made of text, `[..., width]`
    /// - Returns: logits of the next token, `[..., vocabulary]`
    package func callAsFunction(_ hidden: Tensor) -> Tensor {
        norm(transform(hidden).activated(activation)).linear(words.tensor, bias: bias.tensor)
    }
}
