import Foundation
import Imaging

extension DecodedImage {
    /// Turned counterclockwise about its middle, at its size: bilinear, what comes from outside is `fill`, or transparent
    /// where the picture has transparency. An angle of 0 changes nothing.
    ///
    /// - Complexity: O(pixels).
    package func rotated(degrees: Double, fill: RGBColor) -> DecodedImage {
        guard degrees != 0 else { return self }
        let turn = Turn(degrees: degrees, width: bitmap.width, height: bitmap.height)
        guard let alpha else {
            return DecodedImage(
                bitmap: Bitmap(
                    width: bitmap.width, height: bitmap.height,
                    pixels: turn.samples(bitmap.pixels, channels: 3, fill: [fill.red, fill.green, fill.blue])))
        }
        // Colours under transparency are turned along: beyond the edge they are the nearest edge's, so that mixing with
        // what is invisible there does not tint the rim.
        return DecodedImage(
            bitmap: Bitmap(
                width: bitmap.width, height: bitmap.height,
                pixels: turn.samples(bitmap.pixels, channels: 3, fill: nil)),
            alpha: turn.samples(alpha, channels: 1, fill: [0]))
    }
}

/// A turn of a picture about its middle, as positions to read: for an output pixel, source = R·(output − middle) + middle,
/// in 1/65,536 of a pixel, of which the upper 8 bits of the fraction weigh the four neighbours.
private struct Turn {
    private let width: Int
    private let height: Int
    /// Steps of the source position for a step to the right and a step down.
    private let right: (x: Int, y: Int)
    private let down: (x: Int, y: Int)
    private let origin: (x: Int, y: Int)

    private static let one = 65536.0

    init(degrees: Double, width: Int, height: Int) {
        self.width = width
        self.height = height
        let angle = degrees * .pi / 180
        let (cosine, sine) = (cos(angle), sin(angle))
        // y goes down: counterclockwise on the screen reads from (x·cos − y·sin, x·sin + y·cos).
        right = (Self.fixed(cosine), Self.fixed(sine))
        down = (Self.fixed(-sine), Self.fixed(cosine))
        let middle = (x: Double(width - 1) / 2, y: Double(height - 1) / 2)
        origin = (
            Self.fixed(middle.x - middle.x * cosine + middle.y * sine),
            Self.fixed(middle.y - middle.x * sine - middle.y * cosine)
        )
    }

    private static func fixed(_ value: Double) -> Int { Int((value * one).rounded()) }

    /// The turned samples, `[height, width, channels]`; without `fill`, the nearest edge goes on outside.
    func samples(_ source: [UInt8], channels: Int, fill: [UInt8]?) -> [UInt8] {
        var turned = [UInt8](repeating: 0, count: source.count)
        var output = 0
        for y in 0..<height {
            var position = (x: origin.x + y * down.x, y: origin.y + y * down.y)
            for _ in 0..<width {
                // Rounded to 1/256 of a pixel.
                let (atX, atY) = ((position.x + 128) >> 8, (position.y + 128) >> 8)
                let (left, top) = (atX >> 8, atY >> 8)
                let (shareX, shareY) = (atX & 255, atY & 255)
                for channel in 0..<channels {
                    let outside = fill.map { Int($0[channel]) }
                    let corner = { (x: Int, y: Int) -> Int in
                        if x < 0 || y < 0 || x >= width || y >= height, let outside { return outside }
                        let (x, y) = (min(max(x, 0), width - 1), min(max(y, 0), height - 1))
                        return Int(source[(y * width + x) * channels + channel])
                    }
                    let upper = corner(left, top) * (256 - shareX) + corner(left + 1, top) * shareX
                    let lower = corner(left, top + 1) * (256 - shareX) + corner(left + 1, top + 1) * shareX
                    turned[output] = UInt8((upper * (256 - shareY) + lower * shareY + 32768) >> 16)
                    output += 1
                }
                position = (position.x + right.x, position.y + right.y)
            }
        }
        return turned
    }
}
