import Checkpoints
import Foundation
import Imaging
import TensorEngine

/// A model that compares pictures with texts, with all that its folder says about using it.
package struct MatchingFolder: Sendable {
    /// Where it was read from.
    package let path: String
    /// The sizes.
    package let configuration: MatchingConfiguration
    /// The layers and their weights.
    package let model: MatchingModel
    /// Texts to what the bridge reads.
    package let tokenizer: BridgeTokenizer
    /// Pictures to pixels.
    package let processor: ImageProcessor

    /// Reads the folder at `path`; weights are mapped, and converted where `weights` asks for another type.
    ///
    /// - Throws: `ModelFolderError` with the first part that cannot be used; `notARetrievalModel` where it is of another kind.
    package init(path: String, weights: WeightType = .auto) throws(ModelFolderError) {
        self.path = path
        let config = try ModelFolder.config(at: path)
        let isOfThisKind: Bool
        do { isOfThisKind = try MatchingConfiguration.describes(config) } catch { throw .config(error) }
        guard isOfThisKind else { throw .notARetrievalModel(folder: path) }
        do { configuration = try MatchingConfiguration(config) } catch { throw .config(error) }
        tokenizer = try BridgeTokenizer(folder: path, for: configuration.queryTransformer)
        do { processor = try ImageProcessor(modelFolder: path, fallback: .blip) } catch { throw .processor(error) }
        do {
            let source = CheckpointParameters(
                try CheckpointFolder(path: path), rules: configuration.rules, holding: weights)
            model = MatchingModel(configuration, in: ParameterScope(source))
            try source.finish()
        } catch { throw .checkpoint(error) }
    }
}
