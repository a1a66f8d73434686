import CImageCodecs
import Imaging

extension Bitmap {
    /// The picture as the bytes of a PNG file (RGB, 8 bits).
    /// - Throws: `ImageFileError.notEncodable` or `.outOfMemory`.
    public func pngData() throws(ImageFileError) -> [UInt8] {
        try PixelEncoder(width: width, height: height, channels: 3).png(pixels)
    }

    /// The picture as the bytes of a JPEG file (YCbCr 4:2:0).
    /// - Parameter quality: 1…100, as libjpeg and Pillow count it.
    /// - Throws: `ImageFileError.notEncodable` (a side over 65,500 pixels) or `.outOfMemory`.
    public func jpegData(quality: Int = 75) throws(ImageFileError) -> [UInt8] {
        try PixelEncoder(width: width, height: height, channels: 3).jpeg(pixels, quality: quality)
    }

    /// Grey samples as the bytes of a PNG file (grey, 8 bits).
    /// - Parameter samples: `[height, width]`.
    /// - Throws: `ImageFileError.notEncodable` or `.outOfMemory`.
    public static func greyPNGData(width: Int, height: Int, samples: [UInt8]) throws(ImageFileError) -> [UInt8] {
        try PixelEncoder(width: width, height: height, channels: 1).png(samples)
    }

    /// Grey samples as the bytes of a JPEG file.
    /// - Parameters:
    ///   - samples: `[height, width]`.
    ///   - quality: 1…100, as libjpeg and Pillow count it.
    /// - Throws: `ImageFileError.notEncodable` (a side over 65,500 pixels) or `.outOfMemory`.
    public static func greyJPEGData(
        width: Int, height: Int, samples: [UInt8], quality: Int = 75
    ) throws(ImageFileError) -> [UInt8] {
        try PixelEncoder(width: width, height: height, channels: 1).jpeg(samples, quality: quality)
    }
}

extension DecodedImage {
    /// The picture with its transparency as the bytes of a PNG file (RGBA, or RGB where it has none).
    /// - Throws: `ImageFileError.notEncodable` or `.outOfMemory`.
    public func pngData() throws(ImageFileError) -> [UInt8] {
        guard let alpha else { return try bitmap.pngData() }
        var interleaved: [UInt8] = []
        interleaved.reserveCapacity(alpha.count * 4)
        for (pixel, opacity) in alpha.enumerated() {
            interleaved.append(contentsOf: bitmap.pixels[pixel * 3..<pixel * 3 + 3])
            interleaved.append(opacity)
        }
        return try PixelEncoder(width: bitmap.width, height: bitmap.height, channels: 4).png(interleaved)
    }
}

/// One call of the C encoders.
private struct PixelEncoder {
    let width: Int
    let height: Int
    let channels: Int

    func png(_ samples: [UInt8]) throws(ImageFileError) -> [UInt8] {
        try unsafe encode(samples, as: .png) { bytes, count, message in
            unsafe ic_png_encode(
                samples, UInt32(clamping: width), UInt32(clamping: height), Int32(channels), &bytes, &count, &message)
        }
    }

    func jpeg(_ samples: [UInt8], quality: Int) throws(ImageFileError) -> [UInt8] {
        try unsafe encode(samples, as: .jpeg) { bytes, count, message in
            unsafe ic_jpeg_encode(
                samples, UInt32(clamping: width), UInt32(clamping: height), Int32(channels),
                Int32(min(max(quality, 1), 100)), &bytes, &count, &message)
        }
    }

    private func encode(
        _ samples: [UInt8], as format: ImageFormat,
        call: (inout UnsafeMutablePointer<UInt8>?, inout Int, inout ic_message) -> ic_status
    ) throws(ImageFileError) -> [UInt8] {
        precondition(
            width > 0 && height > 0 && samples.count == width * height * channels,
            "\(samples.count) samples for [\(height), \(width), \(channels)]")
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = ic_message()
        let status = unsafe call(&bytes, &count, &message)
        defer { unsafe ic_free(bytes) }
        switch status {
        case IC_OK: return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
        case IC_OUT_OF_MEMORY: throw .outOfMemory(name: "the new \(format.rawValue) file")
        default: throw .notEncodable(format: format, reason: message.string)
        }
    }
}
