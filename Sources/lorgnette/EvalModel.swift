import ArgumentParser
import Checkpoints
import LorgnetteKit
import ModelEvaluation
import VisionLanguage

/// The model that a command names, as evaluation sees it.
enum EvalModel {
    /// The model, with the hashes of its files.
    static func make(_ lorgnette: Lorgnette, bridge: String?, dtype: String) throws -> FolderModel {
        let identity: ModelIdentity
        do { identity = try ModelIdentity(folder: lorgnette.folder.path, bridge: bridge, weightType: dtype) } catch {
            throw LorgnetteError(kind: .badData, code: "model", description: "\(error)")
        }
        return FolderModel(folder: lorgnette.folder, identity: identity, decoding: lorgnette.defaults)
    }
}
