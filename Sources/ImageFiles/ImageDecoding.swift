import CImageCodecs
import Imaging

extension DecodedImage {
    /// Reads a PNG or JPEG file's bytes: upright, colours as stored, transparency kept.
    ///
    ///     let image = try DecodedImage(decoding: bytes, name: "cat.png")
    ///     image.bitmap.width
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: `ImageFileError` with the name and the reason; a file that is cut off or damaged never passes.
    public init(
        decoding bytes: [UInt8], name: String, options: ImageDecodingOptions = .init()
    ) throws(ImageFileError) {
        guard !bytes.isEmpty else { throw .empty(name: name) }
        guard let format = ImageFormat(startOf: bytes) else {
            throw .notAnImage(name: name, firstBytes: Array(bytes.prefix(8)))
        }
        guard format.isReadable else { throw .unsupportedFormat(name: name, format: format) }
        if format == .png, !bytes.starts(with: ImageFormat.pngSignature) {
            throw bytes.count < ImageFormat.pngSignature.count
                ? .truncated(name: name, format: format, reason: "the file ends inside the signature")
                : .damaged(name: name, format: format, reason: "its signature is altered, as by a text-mode transfer")
        }
        let codec = CodecCall(name: name, format: format, options: options)
        let (stored, orientation) = try codec.decode(bytes)
        self = stored.turned(by: orientation)
    }
}

extension Bitmap {
    /// Reads a PNG or JPEG file's bytes, upright, transparency treated as `options` says (over white).
    /// - Throws: `ImageFileError` with the name and the reason.
    public init(
        decoding bytes: [UInt8], name: String, options: ImageDecodingOptions = .init()
    ) throws(ImageFileError) {
        self = try DecodedImage(decoding: bytes, name: name, options: options).flattened(options.alpha)
    }
}
