import Imaging
import VisionLanguage

/// Why a model cannot be asked something.
package enum ModelUseError: Error, Sendable, CustomStringConvertible {
    /// The picture cannot be prepared.
    case picture(ImageProcessorError)
    /// The folder's tokenizer and weights, or the length of the prompt, do not allow it.
    case folder(ModelFolderError)
    /// Neither a picture nor a prompt nor a start token.
    case nothingToRead

    /// A short word for programs.
    package var code: String {
        switch self {
        case .picture: "preprocessing"
        case .folder: "prompt"
        case .nothingToRead: "nothing_to_read"
        }
    }

    /// What, where, and what to do.
    package var description: String {
        switch self {
        case .picture(let error): error.description
        case .folder(let error): error.description
        case .nothingToRead: "there is neither a picture nor a prompt, and the model has no start token: give a prompt"
        }
    }
}
