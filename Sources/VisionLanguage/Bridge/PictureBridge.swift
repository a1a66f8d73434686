import NeuralLayers
import TensorEngine

/// What makes image tokens of image features: the part between a vision encoder and a language model, which is finetuned.
package protocol PictureBridge: Sendable {
    /// Image tokens a picture.
    var queries: Int { get }
    /// Width of query tokens.
    var queryWidth: Int { get }

    /// - Parameters:
    ///   - features: `[batch, tokens, visionWidth]`
    ///   - instruction: what a bridge that reads text reads beside the picture; others do not look at it.
    /// - Returns: `[batch, queries, queryWidth]`
    func queryTokens(of features: Tensor, instruction: BridgeText?) -> Tensor

    /// - Parameter queries: `[batch, queries, queryWidth]`
    /// - Returns: `[batch, queries, decoderWidth]`
    func embeddings(of queries: Tensor) -> Tensor
}

/// BLIP-2's bridge: learned queries look at the features in a querying transformer, and are projected.
package struct QueryTransformerBridge: PictureBridge {
    /// Features to query tokens.
    package let transformer: QueryTransformer
    /// Where the querying transformer starts from, `[1, queries, width]`.
    package let learnedQueries: Parameter
    /// Query tokens to decoder embeddings.
    package let projection: Linear

    /// A bridge of parts made elsewhere.
    package init(transformer: QueryTransformer, learnedQueries: Parameter, projection: Linear) {
        self.transformer = transformer
        self.learnedQueries = learnedQueries
        self.projection = projection
    }

    package var queries: Int { learnedQueries.tensor.shape[1] }
    package var queryWidth: Int { transformer.configuration.width }

    package func queryTokens(of features: Tensor, instruction: BridgeText?) -> Tensor {
        let starts = learnedQueries.starts(features.shape[0])
        guard let instruction else { return transformer(queries: starts, features: features) }
        return transformer(queries: starts, features: features, text: instruction).queries
    }

    package func embeddings(of queries: Tensor) -> Tensor { projection(queries) }
}
