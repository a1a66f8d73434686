import NeuralLayers
import TensorEngine

/// What BLIP-2's first stage trains (Li et al. 2023, §3.2): the model that compares pictures with texts, a language head that
/// writes texts about pictures, and the temperature of the comparison.
package struct FirstStageModel: Sendable {
    /// What compares pictures with texts.
    package let matching: MatchingModel
    /// What the text side's tokens are told to be followed by; tied to its word embeddings.
    package let writingHead: TextPredictionHead
    /// What similarities are divided by, `[1]`.
    package let temperature: Parameter
    /// Every parameter, in the order in which the layers took them.
    package let parameters: [Parameter]

    /// The temperature that LAVIS starts from.
    package static let startTemperature: Float = 0.07
    /// Where a temperature is kept, lest a step make it nought or negative; CLIP's and ALBEF's bounds.
    package static let temperatures: ClosedRange<Float> = 0.01...0.5

    /// A model of these sizes, its parameters taken from `scope`: those of `MatchingModel` under their names, `cls.predictions`
    /// and `temperature`.
    package init(_ configuration: MatchingConfiguration, in scope: ParameterScope) {
        matching = MatchingModel(configuration, in: scope)
        writingHead = TextPredictionHead(
            configuration.queryTransformer, words: matching.wordTable, in: scope / "cls" / "predictions")
        temperature = scope.parameter("temperature", [1], .ones)
        parameters = scope.parameters
    }

    /// Puts a temperature that a step moved out of its bounds back into them.
    package func boundTemperature() {
        let (low, high) = (Self.temperatures.lowerBound, Self.temperatures.upperBound)
        temperature.update { $0[0] = min(high, max(low, $0[0])) }
    }
}

extension MatchingModel {
    /// The word embeddings of the text side, `[vocabulary, width]`.
    var wordTable: Parameter {
        guard let table = queryTransformer.wordTable else { preconditionFailure("a matching model reads texts") }
        return table
    }

    /// Learned queries once a picture: `[batch, queries, width]`.
    package func starts(_ batch: Int) -> Tensor { learnedQueries.starts(batch) }

    /// Logits of no and yes for pictures seen through `views`, each with its text, `[batch, 2]`.
    package func matchLogits(of views: ImageViews, with text: BridgeText) -> Tensor {
        matchingHead(queryTransformer(queries: starts(text.ids.count), views: views, text: text)).mean(axis: 1)
    }
}
