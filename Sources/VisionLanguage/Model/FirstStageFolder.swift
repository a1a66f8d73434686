import Checkpoints
import Imaging
import TensorEngine

/// A folder whose first stage of training begins or goes on.
package struct FirstStageFolder: Sendable {
    /// Where it was read from.
    package let path: String
    /// The sizes.
    package let configuration: MatchingConfiguration
    /// The layers and their weights.
    package let model: FirstStageModel
    /// Texts to what the bridge reads and writes.
    package let tokenizer: BridgeTokenizer
    /// `[DEC]`, which begins a text to be written.
    package let writingID: Int
    /// Pictures to pixels.
    package let processor: ImageProcessor

    /// Reads the folder at `path`, one that compares pictures with texts. What only training needs (the language head, the
    /// temperature) is drawn where the folder does not have it.
    ///
    /// - Parameter seed: of what is drawn.
    /// - Throws: `ModelFolderError` with the first part that cannot be used; `noWritingToken` where the config names no `[DEC]`.
    package init(path: String, seed: UInt64) throws(ModelFolderError) {
        self.path = path
        let folder = try MatchingFolder(path: path)
        (configuration, tokenizer, processor) = (folder.configuration, folder.tokenizer, folder.processor)
        guard let writingID = configuration.writingID else { throw .noWritingToken(folder: path) }
        self.writingID = writingID
        do {
            let stored = CheckpointParameters(try CheckpointFolder(path: path), rules: configuration.stageRules)
            model = FirstStageModel(
                configuration, in: ParameterScope(DrawnWhereMissing(stored: [stored], seed: seed)))
            try stored.finish()
        } catch { throw .checkpoint(error) }
    }
}

/// Parameters of checkpoints where one has them, drawn where none does.
package struct DrawnWhereMissing: ParameterSource {
    private let stored: [CheckpointParameters]
    private let drawn: RandomParameters

    /// The parameters of `stored`, the first that has one; the others by `seed`.
    package init(stored: [CheckpointParameters], seed: UInt64) {
        self.stored = stored
        drawn = RandomParameters(seed: seed)
    }

    package func contains(_ path: String) -> Bool { true }

    package func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        if let source = stored.first(where: { $0.contains(path) }) {
            return source.value(at: path, shape: shape, initialiser: initialiser)
        }
        if path == "temperature" { return Tensor(repeating: FirstStageModel.startTemperature, shape) }
        return drawn.value(at: path, shape: shape, initialiser: initialiser)
    }
}
