import Checkpoints
import Foundation
import LorgnetteKit
import ModelEvaluation
import VisionLanguage

/// The model that a command names, as evaluation sees it.
enum EvalModel {
    /// The model, with the hashes of its files: one that looks and writes, a language model alone, or one that compares
    /// pictures with texts by those heads.
    static func open(_ options: ModelOptions, heads: ComparingModel.Comparison) throws -> any EvaluatedModel {
        let folder = try options.folder().path(percentEncoded: false)
        let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        do {
            if options.bridge == nil, let other = try unlikeLorgnette(path, options, heads) { return other }
        } catch { throw LorgnetteError(error) }
        let lorgnette = try options.load()
        let identity: ModelIdentity
        do {
            identity = try ModelIdentity(
                folder: lorgnette.folder.path, bridge: options.bridge, weightType: options.dtype.rawValue)
        } catch { throw LorgnetteError(kind: .badData, code: "model", description: "\(error)") }
        return FolderModel(folder: lorgnette.folder, identity: identity, decoding: lorgnette.defaults)
    }

    /// A model that does not both look and write; nil where the folder is that of another.
    private static func unlikeLorgnette(
        _ path: String, _ options: ModelOptions, _ heads: ComparingModel.Comparison
    ) throws(ModelFolderError) -> (any EvaluatedModel)? {
        let config = try ModelFolder.config(at: path)
        let compares: Bool
        do { compares = try MatchingConfiguration.describes(config) } catch { throw .config(error) }
        guard compares || DecoderModel.describes(config) else { return nil }
        options.applyThreads()
        let (weights, name) = (options.dtype.weights, options.dtype.rawValue)
        return compares
            ? try ComparingModel(path: path, comparison: heads, weights: weights, heldAs: name)
            : try DecoderModel(path: path, weights: weights, heldAs: name)
    }
}
