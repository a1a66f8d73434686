import ImageFiles
import Imaging

/// Why a row's picture cannot be used.
package enum PictureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, or the part of one, is not a picture that can be read.
    case file(ImageFileError)
    /// The archive has fewer bytes than when it was looked through.
    case archiveChanged(file: String, offset: Int, count: Int)
    /// The picture cannot be brought to the model's size.
    case processing(name: String, ImageProcessorError)
    /// The picture cannot be brought to the working size.
    case resizing(name: String, ResizingError)

    /// Which file, what is wrong, what to do.
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .archiveChanged(let file, let offset, let count):
            "\(file): no \(count) bytes at byte \(offset): the archive has changed since it was looked through"
        case .processing(let name, let error): "\(name): \(error.description)"
        case .resizing(let name, let error): "\(name): \(error.description)"
        }
    }
}
