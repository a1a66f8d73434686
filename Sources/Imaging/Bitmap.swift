/// A picture as the rest of the house sees it: `[height, width, 3]`, RGB interleaved, 8 bits a sample (0…255), top row
/// first, left pixel first, upright.
///
///     let bitmap = Bitmap(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])   // red, blue
public struct Bitmap: Sendable, Equatable {
    /// Pixels in a row; at least 1.
    public let width: Int
    /// Rows; at least 1.
    public let height: Int
    /// `[height, width, 3]`: red, green, blue of the first row's first pixel come first.
    public let pixels: [UInt8]

    /// A picture of those pixels.
    /// - Parameter pixels: `[height, width, 3]`.
    /// - Precondition: both sides are at least 1 and `pixels` holds `height · width · 3` values.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "a bitmap of \(width)×\(height) pixels")
        precondition(
            pixels.count == width * height * 3, "\(pixels.count) values for a bitmap of \(width)×\(height) pixels")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A picture of one colour.
    public init(width: Int, height: Int, color: RGBColor) {
        let row = [[UInt8]](repeating: [color.red, color.green, color.blue], count: width)
        self.init(
            width: width, height: height,
            pixels: [UInt8]([[UInt8]](repeating: row.flatMap(\.self), count: height).joined()))
    }

    /// The colour of one pixel, counted from the top left.
    public subscript(x x: Int, y y: Int) -> RGBColor {
        precondition((0..<width).contains(x) && (0..<height).contains(y), "no pixel \(x), \(y) in \(width)×\(height)")
        let at = (y * width + x) * 3
        return RGBColor(red: pixels[at], green: pixels[at + 1], blue: pixels[at + 2])
    }
}

extension Bitmap: CustomStringConvertible {
    /// `Bitmap 640×480`.
    public var description: String { "Bitmap \(width)×\(height)" }
}
