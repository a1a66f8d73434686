import Foundation
import Imaging

/// Where a picture comes from.
///
///     for source in try ImageSource.sources(for: ["photos", "cat.png", "-"], recursive: false) {
///         let bitmap = try source.bitmap()
///     }
public enum ImageSource: Sendable, Hashable {
    /// A file.
    case file(path: String)
    /// The bytes on standard input; they can be read once.
    case standardInput

    /// More bytes than this are not read: no picture within the pixel limit is that long.
    public static let byteLimit = 2_000_000_000

    /// What rows and errors call it: the path as given, or `-`.
    public var name: String {
        switch self {
        case .file(let path): path
        case .standardInput: "-"
        }
    }

    /// What errors call it.
    private var description: String { self == .standardInput ? "standard input" : name }

    /// All bytes of the source.
    /// - Throws: `ImageFileError.noSuchInput`, `.isFolder`, `.unreadable` or `.tooManyBytes`.
    public func bytes(limit: Int = byteLimit) throws(ImageFileError) -> [UInt8] {
        switch self {
        case .standardInput: return try FileBytes(name: description, limit: limit).read(.standardInput)
        case .file(let path): return try FileBytes(name: description, limit: limit).read(path: path)
        }
    }

    /// The picture with its transparency, upright.
    /// - Throws: `ImageFileError` with the name and the reason.
    public func image(options: ImageDecodingOptions = .init()) throws(ImageFileError) -> DecodedImage {
        try DecodedImage(decoding: try bytes(), name: description, options: options)
    }

    /// The picture, upright, transparency treated as `options` says (over white).
    /// - Throws: `ImageFileError` with the name and the reason.
    public func bitmap(options: ImageDecodingOptions = .init()) throws(ImageFileError) -> Bitmap {
        try image(options: options).flattened(options.alpha)
    }

    /// The sources that command-line arguments name, in their order: a file (which need not exist: its row will say
    /// so), a folder (its pictures, sorted by name), or `-`.
    ///
    /// - Throws: `ImageFileError.noImages` for a folder without pictures, `.unreadable` for one that cannot be listed,
    ///   `.noSuchInput` for an empty name.
    public static func sources(
        for arguments: [String], recursive: Bool
    ) throws(ImageFileError) -> [ImageSource] {
        var sources: [ImageSource] = []
        for argument in arguments {
            if argument == "-" {
                sources.append(.standardInput)
            } else if argument.isEmpty {
                throw .noSuchInput(name: argument)
            } else if FolderListing.isFolder(argument) {
                let paths = try FolderListing(folder: argument, recursive: recursive).imagePaths()
                guard !paths.isEmpty else { throw .noImages(folder: argument) }
                sources.append(contentsOf: paths.map { .file(path: $0) })
            } else {
                sources.append(.file(path: argument))
            }
        }
        return sources
    }
}
