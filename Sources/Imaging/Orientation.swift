import CImageCodecs

/// How a stored picture must be turned to stand upright: EXIF tag 274 (TIFF 6.0, "Orientation"), named by what is to
/// be done, as Pillow's `ImageOps.exif_transpose` does it.
public enum Orientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case halfTurned = 3
    case flipped = 4
    case transposed = 5
    case turnedClockwise = 6
    case transverse = 7
    case turnedCounterclockwise = 8

    /// Whether width and height change places.
    public var swapsSides: Bool { rawValue >= 5 }

    /// Those samples turned.
    /// - Parameter samples: `[height, width, channels]`, `channels` 1 or 3.
    func turn(_ samples: [UInt8], width: Int, height: Int, channels: Int) -> [UInt8] {
        precondition(samples.count == width * height * channels)
        return unsafe [UInt8](unsafeUninitializedCapacity: samples.count) { turned, count in
            unsafe ic_orient(samples, width, height, Int32(channels), Int32(rawValue), turned.baseAddress)
            count = samples.count
        }
    }
}

extension Bitmap {
    /// The picture turned upright.
    public func turned(by orientation: Orientation) -> Bitmap {
        guard orientation != .upright else { return self }
        return Bitmap(
            width: orientation.swapsSides ? height : width, height: orientation.swapsSides ? width : height,
            pixels: orientation.turn(pixels, width: width, height: height, channels: 3))
    }
}
