import Checkpoints
import Foundation
import InterleavedData
import ReportPages
import VisionLanguage

/// Why a training run cannot begin, go on or be resumed: each case carries the facts, `description` says the sentence.
package enum TrainingError: Error, Sendable {
    // MARK: - The recipe
    /// A key of the recipe is unknown or has a value that it cannot have.
    case recipe(file: String, key: String, problem: String)
    /// There is no recipe of that name.
    case noRecipe(String)
    /// Nothing to learn from.
    case noRows(split: String, files: [String])
    /// A text is longer than the model's context.
    case rowTooLong(row: String, tokens: Int, limit: Int)
    /// A text spells out the token that pictures stand in the place of.
    case imageTokenInText(row: String)
    /// Documents are read by a decoder alone.
    case noDocuments(folder: String)
    /// Adapters change what the decoder makes of texts, and too few of them are trained on for it to keep what it knows.
    case tooLittleText(share: Double)
    /// Not one document of a file can be learned from.
    case noUsableDocument(file: String, documents: Int, first: String)
    /// The model has no end token to learn.
    case noEndToken(folder: String)

    // MARK: - The run
    /// The loss or a gradient is no number; weights are still those of the step before.
    case notFinite(step: Int, what: String, rows: [String])
    /// Not a single picture of a step could be read.
    case nothingReadable(step: Int, example: String, reason: String)

    // MARK: - Files
    case folderTaken(String)
    case notARun(String)
    case checkpointDamaged(file: String, problem: String)
    case cannotWrite(file: String, reason: String, lastCheckpoint: Int?)
    case cannotRead(file: String, reason: String)

    // MARK: - Parts
    case data(PairDataError)
    case text(TextDataError)
    /// The texts are not what the run began with.
    case textChanged(run: String)
    /// The rows are not what the run began with.
    case rowsChanged(run: String)
    case mixture(MixtureError)
    case loading(PairLoadingError)
    case report(ReportFileError, lastCheckpoint: Int?)
    /// The base is not what the run began with.
    case baseChanged(path: String, parts: [String])
    case model(ModelFolderError)
    case checkpoint(CheckpointError)
    case featureCache(FeatureStoreError)

    /// Of what kind the fault is, in the words of CLI.md's exit status.
    package enum Category: Sendable {
        case badData, missingInput, readWrite
    }

    /// Whose fault it is.
    package var category: Category {
        switch self {
        case .cannotWrite, .cannotRead, .folderTaken, .checkpoint(.cannotWrite), .checkpoint(.cannotRead),
            .model(.checkpoint(.cannotWrite)), .model(.checkpoint(.cannotRead)):
            .readWrite
        case .notARun, .noRecipe, .checkpoint(.fileMissing): .missingInput
        case .report, .featureCache: .readWrite
        case .text(.fileMissing): .missingInput
        case .text(.cannotRead), .text(.cannotWrite), .text(.notAStore): .readWrite
        case .data(let error): error.isMissing ? .missingInput : error.isReadFailure ? .readWrite : .badData
        case .model(let error): error.isMissingInput ? .missingInput : error.isReadFailure ? .readWrite : .badData
        default: .badData
        }
    }
}

extension TrainingError: CustomStringConvertible {
    /// What, where, and what to do.
    package var description: String {
        switch self {
        case .recipe(let file, let key, let problem): "\(file): \(key): \(problem)"
        case .noRecipe(let file): "\(file): no such recipe"
        case .noRows(let split, let files):
            "\(files.joined(separator: ", ")): no row with a caption or question in split \(split): name another with --split"
        case .rowTooLong(let row, let tokens, let limit):
            "\(row): picture and text are \(tokens) tokens, the model takes \(limit): shorten it or lower text.limit"
        case .imageTokenInText(let row):
            "\(row): its text holds the token that stands for a picture: take it out"
        case .noDocuments(let folder):
            "\(folder): an encoder with a decoder is not trained on interleaved documents: leave interleaved out"
        case .tooLittleText(let share):
            "interleaved.texts: adapters change what the decoder makes of texts (adapters.everywhere), so at least 60 % of "
                + "positions are to be text; these are \(Int((share * 100).rounded())) %: raise the shares of texts"
        case .noUsableDocument(let file, let documents, let first):
            "\(file): none of its \(documents) documents can be learned from; the first: \(first)"
        case .noEndToken(let folder):
            "\(folder): the text config names no eos_token_id, so there is no end of text to learn: add it to config.json"
        case .notFinite(let step, let what, let rows):
            "step \(step): \(what) is not a finite number; the weights are still those of the step before. Its batch: "
                + rows.joined(separator: ", ") + ". Lower the learning rate, or look at these rows"
        case .nothingReadable(let step, let example, let reason):
            "step \(step): none of its pictures can be read, \(example) for one: \(reason)"
        case .folderTaken(let path):
            "\(path): is there already; go on with --resume \(path), or name another folder"
        case .notARun(let path): "\(path): no recipe.yaml in it: not the folder of a run"
        case .checkpointDamaged(let file, let problem):
            "\(file): \(problem): remove it to start the run over"
        case .cannotWrite(let file, let reason, let step):
            (reason.hasPrefix(file) ? reason : "\(file): cannot write: \(reason)") + ". "
                + (step.map { "The checkpoint of step \($0) is intact: make room and --resume" }
                    ?? "No checkpoint was made yet")
        case .cannotRead(let file, let reason): "\(file): cannot read: \(reason)"
        case .data(let error): error.description
        case .text(let error): error.description
        case .textChanged(let run):
            "\(run): its text or tokenizer is not what the run began with: put back the files as they were, or begin anew"
        case .rowsChanged(let run):
            "\(run): the rows of its data are not those it began with: put back the files as they were, or begin anew"
        case .mixture(let error): error.description
        case .loading(let error): error.description
        case .report(let error, let step):
            error.description
                + (step.map { " The checkpoint of step \($0) is intact: make room and --resume" } ?? "")
        case .baseChanged(let path, let parts):
            "\(path): the model is not the one this run began with: different \(parts.joined(separator: ", "))"
        case .model(let error): error.description
        case .checkpoint(let error): "\(error)"
        case .featureCache(let error): error.description
        }
    }
}
