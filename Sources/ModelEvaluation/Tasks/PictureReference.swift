import ImageFiles
import Imaging
import InterleavedData

/// A picture of an example: where its bytes are, or what it is put together from.
package indirect enum PictureReference: Sendable {
    /// A file.
    case file(path: String, name: String)
    /// Bytes within a file.
    case part(file: String, offset: Int, count: Int, name: String)
    /// The bytes themselves, out of a table.
    case encoded(bytes: [UInt8], name: String)
    /// A drawn picture of that name.
    case drawn(Drawing)
    /// Several pictures side by side in one: see `Bitmap.strip`.
    case strip([PictureReference])

    /// Pixels that are already there.
    package struct Drawing: Sendable {
        /// The pixels.
        package let bitmap: Bitmap
        /// What rows call it.
        package let name: String

        /// A picture of that name; equal names mean equal pictures.
        package init(_ bitmap: Bitmap, name: String) {
            self.bitmap = bitmap
            self.name = name
        }
    }

    /// The picture of a dataset's row.
    package init(_ location: PictureLocation, name: String) {
        switch location {
        case .file(let path): self = .file(path: path, name: name)
        case .part(let file, let offset, let count):
            self = .part(file: file, offset: offset, count: count, name: name)
        // Nothing to decode where the bytes cannot be had, which is then told.
        case .encoded: self = .encoded(bytes: (try? location.bytes()) ?? [], name: name)
        }
    }

    /// What rows call it: the path as the dataset spells it.
    package var name: String {
        switch self {
        case .file(_, let name), .part(_, _, _, let name), .encoded(_, let name): name
        case .drawn(let drawing): drawing.name
        case .strip(let pictures): pictures.map(\.name).joined(separator: " + ")
        }
    }

    /// Equal for equal pictures: what caches go by.
    package var key: String {
        switch self {
        case .file(let path, _): path
        case .part(let file, let offset, _, _): "\(file)@\(offset)"
        case .encoded(_, let name): name
        case .drawn(let drawing): drawing.name
        case .strip(let pictures): pictures.map(\.key).joined(separator: " + ")
        }
    }

    /// The path of the file, where the picture is one.
    package var path: String? { if case .file(let path, _) = self { path } else { nil } }

    /// The picture, upright, transparency treated as `options` says.
    ///
    /// - Throws: `ImageFileError` with the name and the reason.
    package func bitmap(options: ImageDecodingOptions) throws(ImageFileError) -> Bitmap {
        switch self {
        case .file(let path, _): return try ImageSource.file(path: path).bitmap(options: options)
        case .part(let file, let offset, let count, let name):
            let bytes = try ImageSource.file(path: file).bytes()
            guard offset >= 0, count >= 0, count <= bytes.count - offset else {
                throw .unreadable(name: name, reason: "\(file) has no \(count) bytes from \(offset) on")
            }
            return try Bitmap(decoding: Array(bytes[offset..<offset + count]), name: name, options: options)
        case .encoded(let bytes, let name): return try Bitmap(decoding: bytes, name: name, options: options)
        case .drawn(let drawing): return drawing.bitmap
        case .strip(let pictures):
            var bitmaps: [Bitmap] = []
            for picture in pictures { bitmaps.append(try picture.bitmap(options: options)) }
            return .strip(bitmaps)
        }
    }
}
