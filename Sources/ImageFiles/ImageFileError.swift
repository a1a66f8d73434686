/// Why a picture cannot be had. `name` is the file's path, or `standard input`.
public enum ImageFileError: Error, Equatable {
    /// There is no file or folder of that name.
    case noSuchInput(name: String)
    /// The folder holds no picture.
    case noImages(folder: String)
    /// The system refuses to read it.
    case unreadable(name: String, reason: String)
    /// A folder where a file is wanted.
    case isFolder(name: String)
    /// More bytes than `limit`.
    case tooManyBytes(name: String, limit: Int)
    /// No byte at all.
    case empty(name: String)
    /// Not a picture of any kind that we know by its first bytes.
    case notAnImage(name: String, firstBytes: [UInt8])
    /// Something that we recognise but do not read.
    case unsupportedFormat(name: String, format: ImageFormat)
    /// PNG or JPEG of a kind that we do not read.
    case unsupportedVariant(name: String, format: ImageFormat, reason: String)
    /// The file ends before the picture does.
    case truncated(name: String, format: ImageFormat, reason: String)
    /// The bytes are not what the format says.
    case damaged(name: String, format: ImageFormat, reason: String)
    /// More pixels than `limit`.
    case tooManyPixels(name: String, width: Int, height: Int, limit: Int)
    /// Not enough memory for the picture.
    case outOfMemory(name: String)
    /// A picture cannot be written in that format.
    case notEncodable(format: ImageFormat, reason: String)

    /// What kind of failure it is: what an exit status tells.
    public enum Category: Sendable {
        /// The input is not what it says (exit status 65).
        case badData
        /// There is no such input (66).
        case noSuchInput
        /// Reading or writing failed (74).
        case readFailure
        /// Ours to answer for (70).
        case internalFailure
    }

    /// What kind of failure it is.
    public var category: Category {
        switch self {
        case .noSuchInput, .noImages: .noSuchInput
        case .unreadable, .isFolder: .readFailure
        case .outOfMemory, .notEncodable: .internalFailure
        case .tooManyBytes, .empty, .notAnImage, .unsupportedFormat, .unsupportedVariant, .truncated, .damaged,
            .tooManyPixels:
            .badData
        }
    }

    /// A word for programs: the `code` of a JSON error row.
    public var code: String {
        switch self {
        case .noSuchInput: "no_such_input"
        case .noImages: "no_images"
        case .unreadable: "unreadable"
        case .isFolder: "is_folder"
        case .tooManyBytes: "too_many_bytes"
        case .empty: "empty"
        case .notAnImage: "not_an_image"
        case .unsupportedFormat, .unsupportedVariant: "unsupported"
        case .truncated: "truncated"
        case .damaged: "damaged"
        case .tooManyPixels: "too_many_pixels"
        case .outOfMemory: "out_of_memory"
        case .notEncodable: "not_encodable"
        }
    }
}
