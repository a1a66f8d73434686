import TensorEngine
import VisionLanguage

/// What of a model is trained, each part with its own learning rate; everything else stays frozen, in the file it is mapped
/// from. The decoder is never among it; adapters, layers inside it that are not its own, always are.
package struct TrainingPlan: Codable, Sendable, Equatable {
    /// The parts, each with those before it.
    package enum Part: String, Codable, Sendable, CaseIterable {
        /// The projection to the decoder's width alone.
        case projection
        /// The querying transformer, its learned queries and the projection: the bridge.
        case qformer
        /// The bridge and the vision encoder.
        case vision
    }

    /// What is trained.
    package var part: Part
    /// Of the vision encoder only its last k layers (and its final norm), where it is trained; 0 for all of it.
    package var visionLayers: Int
    /// Learning rates over that of the run.
    package var learningRateFactors: Factors
    /// A vision layer's learning rate over that of the layer after it; 1 for no decay.
    package var visionLayerDecay: Float

    enum CodingKeys: String, CodingKey {
        case part
        case visionLayers = "vision_layers"
        case learningRateFactors = "learning_rate_factors"
        case visionLayerDecay = "vision_layer_decay"
    }

    /// Learning rates of the parts over that of the run.
    package struct Factors: Codable, Sendable, Equatable {
        package var projection: Float = 1
        package var qformer: Float = 1
        package var vision: Float = 0.3
        package var adapters: Float = 1
    }

    /// The plan of that part with the usual factors.
    package init(_ part: Part, visionLayers: Int = 0, visionLayerDecay: Float = 1) {
        self.part = part
        self.visionLayers = visionLayers
        self.visionLayerDecay = visionLayerDecay
        learningRateFactors = Factors()
    }

    /// Where a parameter belongs, by the first of its names.
    private enum Place {
        case projection, bridge, vision, adapter, decoder
    }

    /// What leads into the decoder's width, in bridges of every architecture.
    private static let projections = ["language_projection.", "multi_modal_projector.", "resampler.projection."]
    /// What of the first stage belongs to the bridge beside the querying transformer and its queries.
    private static let firstStage = [
        "embeddings.", "vision_projection.", "text_projection.", "itm_head.", "cls.", "temperature",
    ]

    private func place(of name: String) -> Place {
        if Self.projections.contains(where: name.hasPrefix) { return .projection }
        if name.hasPrefix("adapters.") { return .adapter }
        if name.hasPrefix("qformer.") || name.hasPrefix("resampler.") || name == "query_tokens" { return .bridge }
        if Self.firstStage.contains(where: name.hasPrefix) { return .bridge }
        return name.hasPrefix("vision_model.") ? .vision : .decoder
    }

    /// Whether the parameter of that name is trained, in a model of so many vision layers.
    package func trains(_ name: String, ofVisionLayers layers: Int = 0) -> Bool {
        switch place(of: name) {
        case .projection, .adapter: return true
        case .bridge: return part != .projection
        case .vision:
            guard part == .vision else { return false }
            guard visionLayers > 0 else { return true }
            if Self.isFinalNorm(name) { return true }
            return Self.layer(of: name).map { $0 >= layers - visionLayers } ?? false
        case .decoder: return false
        }
    }

    /// Lets gradients flow to the parameters of this plan and to no others.
    /// - Returns: the trained parameters, in the model's order.
    package func apply(to model: VisionLanguageModel) -> [Parameter] { apply(to: model.parameters) }

    /// The same for a model of these parameters.
    package func apply(to parameters: [Parameter]) -> [Parameter] {
        let layers = Self.visionLayers(of: parameters)
        let trained = parameters.filter { trains($0.name, ofVisionLayers: layers) }
        let names = Set(trained.map(\.name))
        for parameter in parameters { parameter.setTrainable(names.contains(parameter.name)) }
        return trained
    }

    /// How a parameter is trained, in a model of so many vision layers.
    package func group(of parameter: Parameter, visionLayers layers: Int) -> ParameterGroup {
        let factor: Float =
            switch place(of: parameter.name) {
            case .projection: learningRateFactors.projection
            case .bridge: learningRateFactors.qformer
            case .adapter: learningRateFactors.adapters
            case .vision: learningRateFactors.vision * decay(of: parameter.name, layers: layers)
            case .decoder: 0
            }
        return ParameterGroup(learningRateFactor: factor, decays: parameter.takesDecay)
    }

    /// `decay^(layers − 1 − i)` for layer i; the embeddings stand below layer 0, the final norm is of the last layer.
    private func decay(of name: String, layers: Int) -> Float {
        let below = Self.isFinalNorm(name) ? 0 : layers - 1 - (Self.layer(of: name) ?? -1)
        var factor: Float = 1
        for _ in 0..<max(0, below) { factor *= visionLayerDecay }
        return factor
    }

    /// Whether a vision encoder's parameter is of the norm after its last layer, under any encoder's name.
    private static func isFinalNorm(_ name: String) -> Bool {
        name.contains("post_layernorm") || name.hasPrefix("vision_model.layernorm.")
    }

    /// Layers of the vision encoder among these parameters.
    package static func visionLayers(of parameters: [Parameter]) -> Int {
        parameters.reduce(0) { count, parameter in
            guard parameter.name.hasPrefix("vision_model."), let layer = layer(of: parameter.name) else { return count }
            return max(count, layer + 1)
        }
    }

    /// `i` of a name with `….layers.i.…`, or `….layer.i.…` as ViT and DINOv2 have it.
    private static func layer(of name: String) -> Int? {
        let words = name.split(separator: ".")
        guard let at = words.firstIndex(where: { $0 == "layers" || $0 == "layer" }), at + 1 < words.count else {
            return nil
        }
        return Int(words[at + 1])
    }
}
