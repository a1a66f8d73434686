import CImageCodecs
import Imaging

/// One call of the C decoders: the only place that sees their pointers.
struct CodecCall {
    let name: String
    let format: ImageFormat
    let options: ImageDecodingOptions

    /// The picture as stored, and how it must be turned.
    func decode(_ bytes: [UInt8]) throws(ImageFileError) -> (DecodedImage, Orientation) {
        try unsafe bytes.withUnsafeBufferPointer { (bytes) throws(ImageFileError) in
            var info = ic_info()
            let decoder = try unsafe open(bytes, info: &info)
            defer { unsafe ic_close(decoder) }
            try checkSize(info)
            let image = try unsafe pixels(decoder, info: info)
            return (image, unsafe orientation(of: decoder))
        }
    }

    private func open(
        _ bytes: UnsafeBufferPointer<UInt8>, info: inout ic_info
    ) throws(ImageFileError) -> OpaquePointer? {
        var decoder: OpaquePointer?
        var message = ic_message()
        let least = options.reducedJPEG
        let status =
            switch format {
            case .jpeg:
                unsafe ic_jpeg_open(
                    bytes.baseAddress, bytes.count, UInt32(clamping: least?.width ?? 0),
                    UInt32(clamping: least?.height ?? 0), &decoder, &info, &message)
            default: unsafe ic_png_open(bytes.baseAddress, bytes.count, &decoder, &info, &message)
            }
        try check(status, message)
        return unsafe decoder
    }

    private func checkSize(_ info: ic_info) throws(ImageFileError) {
        let width = Int(info.stored_width)
        let height = Int(info.stored_height)
        guard width > 0, height > 0, info.width > 0, info.height > 0 else {
            throw .damaged(name: name, format: format, reason: "a side of 0 pixels")
        }
        // Both sides fit 31 bits, so that the product fits 62.
        guard width * height <= options.maximumPixels else {
            throw .tooManyPixels(name: name, width: width, height: height, limit: options.maximumPixels)
        }
    }

    private func pixels(_ decoder: OpaquePointer?, info: ic_info) throws(ImageFileError) -> DecodedImage {
        let width = Int(info.width)
        let height = Int(info.height)
        let count = width * height
        var status = IC_OK
        var message = ic_message()
        var alpha = [UInt8](repeating: 255, count: info.has_alpha ? count : 0)
        let rgb = unsafe [UInt8](unsafeUninitializedCapacity: count * 3) { rgb, filled in
            status = unsafe ic_decode(decoder, rgb.baseAddress, &alpha, &message)
            filled = status == IC_OK ? count * 3 : 0
        }
        try check(status, message)
        let bitmap = Bitmap(width: width, height: height, pixels: rgb)
        return DecodedImage(bitmap: bitmap, alpha: info.has_alpha ? alpha : nil)
    }

    private func orientation(of decoder: OpaquePointer?) -> Orientation {
        let metadata = unsafe ic_decoder_metadata(decoder)
        return OrientationMetadata(
            exif: unsafe Array(UnsafeBufferPointer(start: metadata.exif, count: metadata.exif_count)),
            hexadecimalProfile: unsafe Array(
                UnsafeBufferPointer(start: metadata.exif_profile, count: metadata.exif_profile_count)),
            xmp: unsafe Array(UnsafeBufferPointer(start: metadata.xmp, count: metadata.xmp_count))
        ).orientation
    }

    private func check(_ status: ic_status, _ message: ic_message) throws(ImageFileError) {
        switch status {
        case IC_OK: return
        case IC_TRUNCATED: throw .truncated(name: name, format: format, reason: message.string)
        case IC_UNSUPPORTED: throw .unsupportedVariant(name: name, format: format, reason: message.string)
        case IC_OUT_OF_MEMORY: throw .outOfMemory(name: name)
        default: throw .damaged(name: name, format: format, reason: message.string)
        }
    }
}

extension ic_message {
    /// The library's words.
    var string: String {
        var text = text
        return unsafe withUnsafeBytes(of: &text) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
