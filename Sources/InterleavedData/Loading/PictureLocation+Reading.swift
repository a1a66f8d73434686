import Foundation
import ImageFiles
import Imaging

extension PictureLocation {
    /// What errors call it.
    package var name: String {
        switch self {
        case .file(let path): path
        case .part(let file, let offset, _), .encoded(let file, let offset, _): "\(file) at byte \(offset)"
        }
    }

    /// The bytes of the picture's file.
    package func bytes() throws(PictureError) -> [UInt8] {
        switch self {
        case .file(let path):
            do { return try ImageSource.file(path: path).bytes() } catch { throw .file(error) }
        case .part(let file, let offset, let count): return try Self.part(of: file, offset: offset, count: count)
        case .encoded(let file, let offset, let count):
            let base64 = try Self.part(of: file, offset: offset, count: count)
            guard let bytes = EncodedPictures.decoded(base64) else {
                throw .file(.unreadable(name: name, reason: "not base64"))
            }
            return bytes
        }
    }

    private static func part(of file: String, offset: Int, count: Int) throws(PictureError) -> [UInt8] {
        guard FileManager.default.fileExists(atPath: file) else { throw .file(.noSuchInput(name: file)) }
        let data: Data?
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: file))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(offset))
            data = try handle.read(upToCount: count)
        } catch { throw .file(.unreadable(name: file, reason: error.localizedDescription)) }
        guard let data, data.count == count else {
            throw .archiveChanged(file: file, offset: offset, count: count)
        }
        return Array(data)
    }

    /// The picture with its transparency, upright.
    package func image(options: ImageDecodingOptions = .init()) throws(PictureError) -> DecodedImage {
        let bytes = try bytes()
        do { return try DecodedImage(decoding: bytes, name: name, options: options) } catch { throw .file(error) }
    }

    /// The pixels that inference sees: decoded, laid over white, processed; nothing is varied.
    /// - Returns: `[1, 3, height, width]`.
    package func pixels(
        by processor: ImageProcessor, options: ImageDecodingOptions = .init()
    ) throws(PictureError) -> PixelBatch {
        let bitmap = try image(options: options).flattened(options.alpha)
        do { return try processor.process(bitmap) } catch { throw .processing(name: name, error) }
    }
}
