import ImageFiles
import Imaging

/// What tells pictures apart: how a picture looks at 16×16 pixels, and a hash of its bytes.
package struct PictureFingerprint: Sendable, Equatable {
    /// Pixels in a row of the picture, upright.
    package let width: Int
    /// Its rows.
    package let height: Int
    /// Bytes of its file.
    package let byteCount: Int
    /// A 64-bit hash of the file's bytes (FNV-1a); equal bytes have equal hashes.
    package let byteHash: UInt64
    /// `[16, 16, 3]`: the picture over white, shrunk by averaging.
    package let thumbnail: [UInt8]
    /// The thumbnail's mean red, green, blue.
    package let mean: [UInt8]

    /// Cells in a row of the thumbnail.
    static let side = 16
    /// Near-duplicates differ by at most that much in each channel's mean,
    static let meanTolerance = 3
    /// and at most that much in any sample of their thumbnails: JPEG's losses and another size stay below, another
    /// object does not.
    static let sampleTolerance = 24

    /// The fingerprint of a picture's file.
    /// - Throws: `PictureError` where the file holds no picture that can be read to its end.
    package init(of location: PictureLocation, options: ImageDecodingOptions = .init()) throws(PictureError) {
        let bytes = try location.bytes()
        let bitmap: Bitmap
        do {
            bitmap = try DecodedImage(decoding: bytes, name: location.name, options: options).flattened(options.alpha)
        } catch { throw .file(error) }
        byteCount = bytes.count
        byteHash = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        width = bitmap.width
        height = bitmap.height
        do {
            thumbnail = try bitmap.resized(width: Self.side, height: Self.side, filter: .box).pixels
        } catch { throw .resizing(name: location.name, error) }
        var sums = [0, 0, 0]
        for (index, sample) in thumbnail.enumerated() { sums[index % 3] += Int(sample) }
        mean = sums.map { UInt8($0 / (Self.side * Self.side)) }
    }

    /// Whether both look alike: proportions within a twentieth, thumbnails within the tolerances.
    package func isNear(_ other: PictureFingerprint) -> Bool {
        for channel in 0..<3 where abs(Int(mean[channel]) - Int(other.mean[channel])) > Self.meanTolerance {
            return false
        }
        let (ours, theirs) = (width * other.height, other.width * height)
        guard abs(ours - theirs) * 20 <= max(ours, theirs) else { return false }
        for index in 0..<thumbnail.count
        where abs(Int(thumbnail[index]) - Int(other.thumbnail[index])) > Self.sampleTolerance { return false }
        return true
    }
}
