import Imaging

/// A picture in the making: `[height, width, 3]` in 0…1.
package struct Canvas: Sendable {
    /// Pixels across and down.
    package let width: Int
    package let height: Int
    private var samples: [Float]

    /// A canvas of one colour.
    package init(width: Int, height: Int, _ ink: Ink = .white) {
        precondition(width > 0 && height > 0, "a canvas of \(width)×\(height) pixels")
        self.width = width
        self.height = height
        samples = [Float](repeating: 0, count: width * height * 3)
        paint { _, _ in ink }
    }

    /// Gives every pixel the colour of its column and row.
    package mutating func paint(_ ink: (_ x: Int, _ y: Int) -> Ink) {
        for y in 0..<height {
            for x in 0..<width { self[x, y] = ink(x, y) }
        }
    }

    /// Lays a colour over what the outline (in pixels) covers.
    package mutating func fill(_ outline: Outline, _ ink: Ink, opacity: Float = 1) {
        fill(CoverageMask(outline), opacity: opacity) { _, _ in ink }
    }

    /// Lays colours over what the mask covers.
    package mutating func fill(_ mask: CoverageMask, opacity: Float = 1, _ ink: (_ x: Int, _ y: Int) -> Ink) {
        let columns = (mask.left..<mask.left + mask.width).clamped(to: 0..<width)
        for y in (mask.top..<mask.top + mask.height).clamped(to: 0..<height) {
            for x in columns {
                let coverage = mask[x: x, y: y] * opacity
                if coverage > 0 { self[x, y] = self[x, y].mixed(with: ink(x, y), coverage) }
            }
        }
    }

    /// Multiplies every pixel by the light that falls on it.
    package mutating func light(_ factor: (_ x: Int, _ y: Int) -> Float) {
        paint { x, y, ink in ink.lit(factor(x, y)) }
    }

    /// Gives every pixel a colour made from the one it has.
    package mutating func paint(_ change: (_ x: Int, _ y: Int, _ ink: Ink) -> Ink) {
        for y in 0..<height {
            for x in 0..<width { self[x, y] = change(x, y, self[x, y]) }
        }
    }

    /// The colour of a pixel.
    package subscript(_ x: Int, _ y: Int) -> Ink {
        get {
            let at = (y * width + x) * 3
            return Ink(samples[at], samples[at + 1], samples[at + 2])
        }
        set {
            let at = (y * width + x) * 3
            samples[at] = newValue.red
            samples[at + 1] = newValue.green
            samples[at + 2] = newValue.blue
        }
    }

    /// The finished picture, values rounded to 8 bits.
    package func bitmap() -> Bitmap {
        Bitmap(
            width: width, height: height,
            pixels: samples.map { UInt8(min(max($0, 0), 1) * 255 + 0.5) })
    }
}
