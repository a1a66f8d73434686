import NeuralLayers
import TensorEngine

/// A vision encoder and a bridge that compare pictures with texts: BLIP-2 after its first stage (Li et al. 2023, §3.2).
package struct MatchingModel: Sendable {
    /// Pixels to features.
    package let visionEncoder: any VisionEncoder
    /// Features and text to query tokens and text tokens.
    package let queryTransformer: QueryTransformer
    /// Where the querying transformer starts from, `[1, queries, width]`.
    package let learnedQueries: Parameter
    /// Query tokens to the space that pictures and texts share.
    package let imageProjection: Linear
    /// The first token of a text to that space.
    package let textProjection: Linear
    /// A query token that has seen a text to two logits: they do not match, they match.
    package let matchingHead: Linear
    /// Every parameter, in the order in which the layers took them.
    package let parameters: [Parameter]

    /// A model of these sizes, its parameters taken from `scope` under the names of `Blip2ForImageTextRetrieval`.
    package init(_ configuration: MatchingConfiguration, in scope: ParameterScope) {
        let bridge = configuration.queryTransformer
        visionEncoder = configuration.vision.makeEncoder(in: scope / "vision_model")
        learnedQueries = scope.parameter("query_tokens", [1, configuration.queries, bridge.width])
        queryTransformer = QueryTransformer(bridge, in: scope / "qformer", embeddings: scope / "embeddings")
        imageProjection = Linear(bridge.width, configuration.sharedWidth, in: scope / "vision_projection")
        textProjection = Linear(bridge.width, configuration.sharedWidth, in: scope / "text_projection")
        matchingHead = Linear(bridge.width, 2, in: scope / "itm_head")
        parameters = scope.parameters
    }

    /// - Parameter pixels: `[batch, 3, height, width]`
    package func features(of pixels: Tensor) -> ImageFeatures { ImageFeatures(visionEncoder(pixels)) }

    /// - Parameter features: `[batch, tokens, visionWidth]`
    package func queryTokens(of features: ImageFeatures) -> QueryTokens {
        let starts = learnedQueries.starts(features.tensor.shape[0])
        return QueryTokens(queryTransformer(queries: starts, features: features.tensor))
    }

    /// Unit vectors of pictures, one a query: `[batch, queries, sharedWidth]`.
    package func imageVectors(of queries: QueryTokens) -> Tensor { imageProjection(queries.tensor).unitLength() }

    /// Unit vectors of texts read by themselves, `[texts, sharedWidth]`.
    package func textVectors(of text: BridgeText) -> Tensor {
        let first = queryTransformer(text: text).slice(0..<1, axis: 1)  // [texts, 1, width]
        return textProjection(first).reshaped([text.ids.count, textProjection.weight.tensor.shape[0]]).unitLength()
    }

    /// The cosine of each picture's nearest query with each text, `[pictures, texts]`.
    ///
    /// - Parameters:
    ///   - images: `[pictures, queries, sharedWidth]`, unit vectors.
    ///   - texts: `[texts, sharedWidth]`, unit vectors.
    package static func similarity(images: Tensor, texts: Tensor) -> Tensor {
        let (pictures, queries, width) = (images.shape[0], images.shape[1], images.shape[2])
        let all = texts.matrixProduct(images.reshaped([pictures * queries, width]), transposed: true)
        return all.reshaped([texts.shape[0], pictures, queries]).maximumOverLastAxis().leadingAxesExchanged()
    }

    /// Whether each picture belongs to its text: logits of no and yes, the mean over the queries, `[batch, 2]`.
    ///
    /// - Parameters:
    ///   - features: `[batch, tokens, visionWidth]`
    ///   - text: one a picture.
    package func matchLogits(of features: ImageFeatures, with text: BridgeText) -> Tensor {
        let starts = learnedQueries.starts(features.tensor.shape[0])
        let queries = queryTransformer(queries: starts, features: features.tensor, text: text).queries
        return matchingHead(queries).mean(axis: 1)
    }
}
