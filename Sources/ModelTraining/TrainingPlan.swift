import TensorEngine
import VisionLanguage

/// What of a model is trained; everything else stays frozen, in the file it is mapped from.
package enum TrainingPlan: String, Sendable, CaseIterable {
    /// The projection to the decoder's width alone.
    case projection
    /// The querying transformer, its learned queries and the projection: the bridge.
    case qformer
    /// The bridge and the vision encoder.
    case vision

    /// Whether the parameter of that name is trained. The decoder's never are.
    package func trains(_ name: String) -> Bool {
        let projection = name.hasPrefix("language_projection.")
        switch self {
        case .projection: return projection
        case .qformer: return projection || name.hasPrefix("qformer.") || name == "query_tokens"
        case .vision: return TrainingPlan.qformer.trains(name) || name.hasPrefix("vision_model.")
        }
    }

    /// Lets gradients flow to the parameters of this plan and to no others.
    /// - Returns: the trained parameters, in the model's order.
    package func apply(to model: VisionLanguageModel) -> [Parameter] {
        for parameter in model.parameters { parameter.setTrainable(trains(parameter.name)) }
        return model.parameters.filter { trains($0.name) }
    }
}
