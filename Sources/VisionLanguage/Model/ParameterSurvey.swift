import Checkpoints
import TensorEngine

/// Asks a checkpoint for the parameters of a model without making one: what does not fit is known afterwards, from headers alone.
///
///     architecture.visitParameters(in: ParameterScope(ParameterSurvey(stored)))
///     stored.mismatch.isEmpty   // whether the folder has all that its config promises
package struct ParameterSurvey: ParameterSource {
    private let stored: CheckpointParameters

    /// A survey of `stored`, which remembers what it was asked for.
    package init(_ stored: CheckpointParameters) { self.stored = stored }

    package func contains(_ path: String) -> Bool { stored.contains(path) }

    package func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        stored.ask(for: path, shape: shape)
        return nil
    }
}
