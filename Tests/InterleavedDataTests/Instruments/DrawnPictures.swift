import ImageFiles
import Imaging

/// Pictures that tests draw.
enum DrawnPictures {
    /// A picture without symmetry that differs with `kind`.
    static func bitmap(_ kind: Int, width: Int = 24, height: Int = 20) -> Bitmap {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                pixels += [
                    UInt8((x * 9 + kind * 37) % 256), UInt8((y * 11 + x * kind) % 256),
                    UInt8((x * y + kind * 91) % 256),
                ]
            }
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }

    /// The same as a PNG file.
    static func png(_ kind: Int, width: Int = 24, height: Int = 20) throws -> [UInt8] {
        try bitmap(kind, width: width, height: height).pngData()
    }

    /// A square whose upper left quarter is transparent.
    static func transparent(side: Int = 16) -> DecodedImage {
        let alpha = (0..<side * side).map { UInt8($0 % side < side / 2 && $0 / side < side / 2 ? 0 : 255) }
        return DecodedImage(bitmap: bitmap(3, width: side, height: side), alpha: alpha)
    }

    /// What a small model wants: 16×16 pixels.
    static let processor = ImageProcessor(ImageProcessorConfiguration(size: .exact(height: 16, width: 16)))
}
