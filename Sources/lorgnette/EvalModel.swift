import ArgumentParser
import Checkpoints
import Foundation
import LorgnetteKit
import ModelEvaluation
import VisionLanguage

/// The model that a command names, as evaluation sees it.
enum EvalModel {
    /// The model, with the hashes of its files: one that looks and writes, a language model alone, or one that compares
    /// pictures with texts by those heads.
    ///
    /// - Parameter ablation: what is taken out of a model that looks and writes.
    static func open(
        _ options: ModelOptions, heads: ComparingModel.Comparison, ablation: FolderModel.Ablation? = nil
    ) throws -> any EvaluatedModel {
        let folder = try options.folder().path(percentEncoded: false)
        let path = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        var other: (any EvaluatedModel)?
        do { if options.bridge == nil { other = try unlikeLorgnette(path, options, heads) } } catch {
            throw LorgnetteError(error)
        }
        if let other {
            guard ablation == nil else { throw ValidationError("--ablate: \(path) has no query tokens to leave out") }
            return other
        }
        return try make(try options.load(), bridge: options.bridge, dtype: options.dtype.rawValue).ablated(ablation)
    }

    /// A model that looks and writes, with the hashes of its files.
    static func make(_ lorgnette: Lorgnette, bridge: String?, dtype: String) throws -> FolderModel {
        let identity: ModelIdentity
        do { identity = try ModelIdentity(folder: lorgnette.folder.path, bridge: bridge, weightType: dtype) } catch {
            throw LorgnetteError(kind: .badData, code: "model", description: "\(error)")
        }
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
