import NeuralLayers
import TensorEngine

/// LLaVA's bridge (Liu et al. 2023; of two layers: LLaVA-1.5): every patch by itself becomes an image token, through a matrix,
/// or two with a GELU between.
///
/// The class token and registers are left out, as `vision_feature_select_strategy: default` does. The features are those after
/// the encoder's last layer and norm, where LLaVA takes those before its last layer.
package struct ProjectorBridge: PictureBridge {
    private let patches: Int
    private let leading: Int
    private let visionWidth: Int
    private let first: Linear
    /// nil for a single matrix.
    private let second: Linear?

    /// Where its parameters lie, as in transformers' LLaVA.
    package static let place = "multi_modal_projector"

    /// The bridge at `scope` (`multi_modal_projector.linear_1`, `linear_2`).
    ///
    /// - Parameters:
    ///   - hidden: units between two matrices; nil for a single one.
    ///   - width: of the decoder's embeddings.
    package init(vision: VisionEncoderKind, hidden: Int?, width: Int, in scope: ParameterScope) {
        let place = scope / Self.place
        patches = vision.patches
        leading = vision.leadingTokens
        first = Linear(vision.width, hidden ?? width, in: place / "linear_1")
        second = hidden.map { Linear($0, width, in: place / "linear_2") }
        visionWidth = vision.width
    }

    package var queries: Int { patches }
    package var queryWidth: Int { visionWidth }

    /// The features of the patches.
    package func queryTokens(of features: Tensor, instruction: BridgeText?) -> Tensor {
        features.slice(leading..<features.shape[1], axis: 1)  // [batch, patches, visionWidth]
    }

    package func embeddings(of queries: Tensor) -> Tensor {
        let projected = first(queries)
        return second.map { $0(projected.activated(.gelu)) } ?? projected
    }
}
