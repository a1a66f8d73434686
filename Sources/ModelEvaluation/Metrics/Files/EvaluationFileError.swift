import InterleavedData
import JSONText

/// Why a file of predictions or references cannot be scored.
package enum EvaluationFileError: Error, Equatable, CustomStringConvertible {
    /// The file is not JSON.
    case notJSON(file: String, error: JSONError)
    /// Something else stands where the format wants this.
    case wrongShape(file: String, place: String, expected: String)
    /// A row lacks a field, or the field is of another type.
    case wrongField(file: String, row: Int, field: String, expected: String)
    /// Two rows of predictions have the same id.
    case duplicate(file: String, field: String, id: ExampleID)
    /// Predictions for examples that the references do not have.
    case unknown(file: String, references: String, field: String, ids: [ExampleID])
    /// References without a prediction, where the metric wants one for each.
    case unanswered(file: String, references: String, field: String, ids: [ExampleID])
    /// No example to score.
    case empty(file: String)
    /// None of the files that a task wants is there.
    case missing(place: String, names: [String])
    /// The system cannot read the file.
    case unreadable(file: String, reason: String)
    /// A value that a row may not have.
    case wrongValue(file: String, row: Int, field: String, found: String, allowed: String)
    /// A picture–text dataset that cannot be read.
    case dataset(PairDataError)
    /// None of the pictures that examples name is there.
    case noPictures(task: String, count: Int, first: String)
    /// A split that the file does not have.
    case noSuchSplit(file: String, split: String, splits: [String])
    /// Demonstrations out of what is scored.
    case demonstrationsAreScored(file: String, id: String)
    /// Answers are to be ranked, and no example has choices.
    case nothingToRank(task: String)
    /// Answers are to be written, and the task is about scores of given texts.
    case onlyRanked(task: String)

    /// One sentence: what, where, what to do.
    package var description: String {
        switch self {
        case .notJSON(let file, let error): "\(file): \(error)"
        case .wrongShape(let file, let place, let expected): "\(file): \(place) is not \(expected)"
        case .wrongField(let file, let row, let field, let expected):
            "\(file): row \(row) has no field \"\(field)\" that is \(expected)"
        case .duplicate(let file, let field, let id):
            "\(file): \(field) \(id) occurs twice; a result file has exactly one row for each"
        case .unknown(let file, let references, let field, let ids):
            "\(file): \(ids.count) rows have a \(field) that \(references) does not have: \(Self.list(ids)); "
                + "use the references of the same split"
        case .unanswered(let file, let references, let field, let ids):
            "\(file): no row for \(ids.count) of the \(field)s in \(references): \(Self.list(ids)); "
                + "answer them, or give references of the answered ones only"
        case .empty(let file): "\(file): holds nothing to score"
        case .missing(let place, let names):
            names.isEmpty
                ? "\(place): there is no such file"
                : "\(place): there is no \(names.joined(separator: ", nor ")) there; see eval --list"
        case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
        case .wrongValue(let file, let row, let field, let found, let allowed):
            "\(file): row \(row) has \"\(found)\" as \"\(field)\", which is not \(allowed)"
        case .dataset(let error): error.description
        case .noPictures(let task, let count, let first):
            "\(task): none of \(count) pictures is there, \(first) for one; name their folder with --images"
        case .demonstrationsAreScored(let file, let id):
            "\(file): example \(id) is scored and would be shown as solved; name another --shot-split or --shot-data"
        case .nothingToRank(let task):
            "\(task): its questions are open, there are no choices to rank; leave --answers and --normalise out"
        case .onlyRanked(let task):
            "\(task): is scored by how likely given texts are, nothing is written; leave --answers generate out"
        case .noSuchSplit(let file, let split, let splits):
            "\(file): no row of split \"\(split)\"; it has \(splits.isEmpty ? "none" : splits.joined(separator: ", "))"
        }
    }

    /// Whether something that was named does not exist.
    package var isMissingInput: Bool {
        switch self {
        case .missing, .noPictures: true
        case .dataset(let error): error.isMissing
        default: false
        }
    }

    /// Whether the system could not read something that is there.
    package var isReadFailure: Bool {
        switch self {
        case .unreadable: true
        case .dataset(let error): error.isReadFailure
        default: false
        }
    }

    private static func list(_ ids: [ExampleID]) -> String {
        ids.prefix(5).map(\.description).joined(separator: ", ") + (ids.count > 5 ? ", …" : "")
    }
}
