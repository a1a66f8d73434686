import Imaging
import TensorEngine

extension Augmentation.Background {
    /// A picture to lay under transparency; nil for white.
    package func drawn(width: Int, height: Int, using generator: inout SeededGenerator) -> Bitmap? {
        var share = generator.unit() * (white + uniform + gradient + noise)
        share -= white
        if share < 0 { return nil }
        share -= uniform
        if share < 0 { return Bitmap(width: width, height: height, color: Self.color(using: &generator)) }
        share -= gradient
        if share < 0 { return Self.gradient(width: width, height: height, using: &generator) }
        return Self.noise(width: width, height: height, using: &generator)
    }

    private static func color(using generator: inout SeededGenerator) -> RGBColor {
        let bits = generator.next()
        return RGBColor(
            red: UInt8(truncatingIfNeeded: bits), green: UInt8(truncatingIfNeeded: bits >> 8),
            blue: UInt8(truncatingIfNeeded: bits >> 16))
    }

    /// Four random colours in the corners, mixed bilinearly.
    private static func gradient(width: Int, height: Int, using generator: inout SeededGenerator) -> Bitmap {
        let corners = (0..<4).map { _ in color(using: &generator) }
            .map { [Int($0.red), Int($0.green), Int($0.blue)] }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        for y in 0..<height {
            let down = height > 1 ? y * 256 / (height - 1) : 0
            for x in 0..<width {
                let right = width > 1 ? x * 256 / (width - 1) : 0
                for channel in 0..<3 {
                    let upper = corners[0][channel] * (256 - right) + corners[1][channel] * right
                    let lower = corners[2][channel] * (256 - right) + corners[3][channel] * right
                    pixels.append(UInt8((upper * (256 - down) + lower * down + 32768) >> 16))
                }
            }
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }

    /// A random colour with noise of random strength, in grains of 1 to 8 pixels.
    private static func noise(width: Int, height: Int, using generator: inout SeededGenerator) -> Bitmap {
        let base = color(using: &generator)
        let strength = 16 + generator.integer(below: 112)
        let grain = 1 << generator.integer(below: 4)
        let columns = (width + grain - 1) / grain
        var pixels: [UInt8] = []
        pixels.reserveCapacity(width * height * 3)
        var row: [UInt8] = []
        for y in 0..<height {
            if y % grain == 0 {
                row.removeAll(keepingCapacity: true)
                for _ in 0..<columns {
                    let bits = generator.next()
                    let cell = [base.red, base.green, base.blue].enumerated().map { channel, value in
                        let share = Int(truncatingIfNeeded: (bits >> (16 * channel)) & 0xFFFF)
                        let offset = (share * 2 * strength) >> 16
                        return UInt8(clamping: Int(value) + offset - strength)
                    }
                    for _ in 0..<grain { row += cell }
                }
                row.removeLast(row.count - width * 3)
            }
            pixels += row
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }
}
