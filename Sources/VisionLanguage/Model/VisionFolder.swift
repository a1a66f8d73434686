import Checkpoints
import Foundation
import Imaging
import TensorEngine

/// A vision encoder that stands alone (or beside a text encoder, as CLIP's and SigLIP's), with its folder's pre-processing.
package struct VisionFolder: Sendable {
    /// Where it was read from.
    package let path: String
    /// The sizes.
    package let kind: VisionEncoderKind
    /// The layers and their weights.
    package let encoder: any VisionEncoder
    /// Pictures to pixels.
    package let processor: ImageProcessor

    /// Reads the folder at `path`, whose config describes `kind`.
    package init(path: String, kind: VisionEncoderKind, weights: WeightType = .auto) throws(ModelFolderError) {
        self.path = path
        self.kind = kind
        do { processor = try ImageProcessor(modelFolder: path) } catch { throw .processor(error) }
        do {
            let source = CheckpointParameters(
                try CheckpointFolder(path: path), rules: kind.rulesAlone, holding: weights)
            encoder = kind.makeEncoder(in: ParameterScope(source))
            try source.finish()
        } catch { throw .checkpoint(error) }
    }
}
