import Checkpoints
import Foundation
import JSONText
import TensorEngine
import TextGeneration
import TextTokens
import VisionLanguage

/// Compares a folder of any kind, every stage that it has, with stored reference tensors.
///
/// Reads what `make_hf_reference.py` writes (transformers' tensors), and what `StageVerification.record` writes.
package struct FolderVerification {
    package typealias Check = StageVerification.Check

    private let path: String
    private let weights: WeightType
    private let reference: ReferenceFile

    /// The verification of the folder at `path`, weights held as `weights`, against the reference file at `reference`.
    package init(
        folder path: String, weights: WeightType = .auto, reference: String
    ) throws(LorgnetteError) {
        self.path = path.droppingFinalSlash
        self.weights = weights
        do { self.reference = try ReferenceFile(path: reference) } catch { throw LorgnetteError(.checkpoint(error)) }
    }

    /// Every comparison that the reference has tensors for.
    ///
    /// - Parameters:
    ///   - bridge: laid over a whole model's own.
    ///   - isThorough: whether tokenizers, batches and beams of whole models are compared too, and whether to go on after
    ///     one that fails.
    package func checks(bridge: URL? = nil, isThorough: Bool = false) throws(LorgnetteError) -> [Check] {
        do {
            var done: [Check] = []
            for step in try steps(bridge, isThorough) {
                for check in try step() {
                    done.append(check)
                    if !check.isGood, !isThorough { return done }
                }
            }
            return done
        } catch let error as CheckpointError { throw LorgnetteError(.checkpoint(error)) } catch let error
            as ModelFolderError
        { throw LorgnetteError(error) } catch let error as LorgnetteError { throw error } catch {
            throw LorgnetteError(kind: .internalFault, code: "internal", description: "\(error)")
        }
    }

    private func steps(_ bridge: URL?, _ isThorough: Bool) throws -> [() throws -> [Check]] {
        let config = try ModelFolder.config(at: path)
        let architecture: FolderArchitecture
        do { architecture = try FolderArchitecture(config) } catch { throw ModelFolderError.config(error) }
        let tokens: () throws -> [Check] = { try tokenizers() }
        switch architecture {
        case .whole:
            let folder = URL(filePath: path, directoryHint: .isDirectory)
            let lorgnette = try Lorgnette(folder: folder, bridge: bridge, weights: weights)
            let stages = StageVerification(lorgnette, reference: reference).steps
            return isThorough ? [tokens] + stages + [{ try written(lorgnette) }] : stages
        case .matching:
            let folder = try MatchingFolder(path: path, weights: weights)
            return [tokens, { try EncoderVerification(reference: reference).checks(of: folder) }]
        case .visionEncoder(let kind):
            let folder = try VisionFolder(path: path, kind: kind, weights: weights)
            return [{ try EncoderVerification(reference: reference).checks(of: folder) }]
        case .languageModel:
            let folder = try LanguageModelFolder(path: path, weights: weights)
            let options = try GenerationOptions(folder: path, endTokens: folder.endIDs)
            return [tokens]
                + LanguageModelVerification(
                    model: folder.model, options: options, imageTokenID: nil, reference: reference
                ).steps
        }
    }

    /// What a whole model writes beyond the greedy ids of one picture.
    private func written(_ lorgnette: Lorgnette) throws -> [Check] {
        let model = lorgnette.folder.model
        let shape = [model.queries, model.decoder.embeddingWidth]
        guard let one = try reference.tensor("projected"), one.shape == [1] + shape,
            let all = try reference.tensor("batch_projected"), all.shape == [all.shape[0]] + shape
        else { return [] }
        let writing = LanguageModelVerification(
            model: model.decoder, options: lorgnette.defaults, imageTokenID: model.imageTokenID, reference: reference)
        return try writing.batch((0..<all.shape[0]).map { all.element($0) }) + writing.beams([one.element(0)])
    }

    /// Ids and texts of the probes beside the reference, by the folder's tokenizer and by the bridge's.
    private func tokenizers() throws -> [Check] {
        try ["", BridgeTokenizer.folderName + "/"].compactMap { place -> Check? in
            let name = place + "tokenizer_reference.json"
            guard let data = FileManager.default.contents(atPath: reference.beside(name)),
                let probes = try JSONValue(parsing: Array(data)).array
            else { return nil }
            let folder = URL(filePath: path, directoryHint: .isDirectory).appending(path: place)
            let tokenizer: TextTokenizer
            do throws(TokenizerError) { tokenizer = try TextTokenizer(folder: folder) } catch {
                throw ModelFolderError.tokenizer(error)
            }
            let isEqual = probes.allSatisfy { row in
                let text = row["text"]?.string ?? ""
                let ids = row["ids"]?.array?.compactMap(\.integer) ?? []
                let plain = row["ids_no_special"]?.array?.compactMap(\.integer) ?? []
                return tokenizer.encode(text) == ids && tokenizer.encode(text, addingSpecialTokens: false) == plain
                    && tokenizer.decode(plain) == row["decoded"]?.string
                    && tokenizer.decode(ids, skippingSpecialTokens: true) == row["decoded_skip_special"]?.string
            }
            return Check("tokenizer", name, difference: isEqual ? 0 : nil)
        }
    }
}
