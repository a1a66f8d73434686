import Checkpoints
import ImageFiles
import Imaging
import TextTokens
import VisionLanguage

/// Why something could not be done, in one sentence, and of what kind the fault is.
public struct LorgnetteError: Error, Sendable, CustomStringConvertible {
    /// Whose fault it is; command-line programs turn it into an exit status.
    public enum Kind: Sendable, Equatable {
        /// A picture, checkpoint or dataset is not what it says.
        case badData
        /// A file or folder that was named does not exist.
        case missingInput
        /// Reading or writing failed.
        case readWrite
        /// Ours to answer for.
        case internalFault
    }

    /// Of what kind the fault is.
    public let kind: Kind
    /// A short word for programs.
    public let code: String
    /// What is wrong, where, and what to do.
    public let description: String

    /// An error of those facts.
    public init(kind: Kind, code: String, description: String) {
        self.kind = kind
        self.code = code
        self.description = description
    }

    /// The error of a model folder or a bridge.
    package init(_ error: ModelFolderError) {
        let kind: Kind =
            switch error {
            case .checkpoint(.cannotRead), .checkpoint(.cannotWrite): .readWrite
            default: error.isMissingInput ? .missingInput : error.isReadFailure ? .readWrite : .badData
            }
        self.init(kind: kind, code: "model", description: error.description)
    }

    /// The error of a picture's file.
    public init(_ error: ImageFileError) {
        let kind: Kind =
            switch error.category {
            case .badData: .badData
            case .noSuchInput: .missingInput
            case .readFailure: .readWrite
            case .internalFailure: .internalFault
            }
        self.init(kind: kind, code: error.code, description: "\(error)")
    }

    init(_ error: ImageProcessorError) {
        self.init(kind: .badData, code: "preprocessing", description: error.description)
    }
}
