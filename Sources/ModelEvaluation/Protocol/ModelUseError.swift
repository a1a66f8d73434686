import Imaging
import VisionLanguage

/// Why a model cannot be asked something.
package enum ModelUseError: Error, Sendable, CustomStringConvertible {
    /// The picture cannot be prepared.
    case picture(ImageProcessorError)
    /// The folder's tokenizer and weights, or the length of the prompt, do not allow it.
    case folder(ModelFolderError)
    /// It looks at no pictures: a language model alone.
    case noEyes
    /// It writes nothing: a model that compares pictures with texts.
    case noVoice
    /// Neither a picture nor a prompt nor a start token.
    case nothingToRead

    /// A short word for programs.
    package var code: String {
        switch self {
        case .picture: "preprocessing"
        case .folder: "prompt"
        case .noEyes: "no_pictures"
        case .noVoice: "no_writing"
        case .nothingToRead: "nothing_to_read"
        }
    }

    /// What, where, and what to do.
    package var description: String {
        switch self {
        case .picture(let error): error.description
        case .folder(let error): error.description
        case .noEyes:
            "a language model alone looks at no pictures: name tasks without pictures (perplexity, text-choices)"
        case .noVoice:
            "a model that compares pictures with texts writes nothing: name tasks whose answers are ranked, or give "
                + "--answers rank"
        case .nothingToRead: "there is neither a picture nor a prompt, and the model has no start token: give a prompt"
        }
    }
}
