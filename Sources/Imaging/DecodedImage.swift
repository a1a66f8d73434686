import CImageCodecs

/// A picture as its file has it: colours, and transparency where the file has some. Upright.
public struct DecodedImage: Sendable, Equatable {
    /// `[height, width, 3]`: the colours as stored, not yet mixed with anything.
    public let bitmap: Bitmap
    /// `[height, width]`: 0 transparent … 255 opaque; nil where the file has no transparency.
    public let alpha: [UInt8]?

    /// A picture of those colours and that transparency.
    /// - Parameter alpha: `[height, width]`.
    /// - Precondition: `alpha` holds as many values as `bitmap` has pixels.
    public init(bitmap: Bitmap, alpha: [UInt8]? = nil) {
        precondition(
            alpha == nil || alpha?.count == bitmap.width * bitmap.height,
            "\(alpha?.count ?? 0) alpha values for \(bitmap.width)×\(bitmap.height) pixels")
        self.bitmap = bitmap
        self.alpha = alpha
    }

    /// The picture without transparency.
    ///
    /// Over a colour: `(alpha·stored + (255 − alpha)·color) / 255` in the integer arithmetic of Pillow's
    /// `Image.alpha_composite`, so that the result equals Pillow's bit by bit.
    public func flattened(_ treatment: AlphaTreatment = .over(.white)) -> Bitmap {
        guard let alpha, case .over(let color) = treatment else { return bitmap }
        var pixels = bitmap.pixels
        unsafe ic_lay_over(&pixels, alpha, alpha.count, color.red, color.green, color.blue)
        return Bitmap(width: bitmap.width, height: bitmap.height, pixels: pixels)
    }

    /// The picture turned upright.
    public func turned(by orientation: Orientation) -> DecodedImage {
        guard orientation != .upright else { return self }
        return DecodedImage(
            bitmap: bitmap.turned(by: orientation),
            alpha: alpha.map { orientation.turn($0, width: bitmap.width, height: bitmap.height, channels: 1) })
    }
}
