import Foundation
import Imaging
import TensorEngine

/// A change of colour: what is to be done, drawn already.
package struct ColorChange: Equatable {
    /// Factors: 1 changes nothing.
    package var brightness: Double
    package var contrast: Double
    package var saturation: Double
    /// A turn in shares of the circle: 0 changes nothing.
    package var hue: Double

    /// A change by those factors and that turn.
    package init(brightness: Double = 1, contrast: Double = 1, saturation: Double = 1, hue: Double = 0) {
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
        self.hue = hue
    }

    /// Whether every pixel stays as it is.
    var isIdentity: Bool { self == ColorChange() }
}

extension Augmentation.ColorJitter {
    /// A change within the amounts. All four numbers are drawn whatever the amounts are.
    package func drawn(using generator: inout SeededGenerator) -> ColorChange {
        func within(_ amount: Double) -> Double { (generator.unit() * 2 - 1) * amount }
        return ColorChange(
            brightness: 1 + within(brightness), contrast: 1 + within(contrast), saturation: 1 + within(saturation),
            hue: within(hue))
    }
}

extension Bitmap {
    /// The picture with other colours: brightness, contrast about the mean grey, saturation about each pixel's grey, a
    /// turn of the hue about the grey axis, in this order, as one affine map of (red, green, blue); clamped once, at its end.
    package func recolored(by change: ColorChange) -> Bitmap {
        guard !change.isIdentity else { return self }
        let map = ColorMap(change, meanGrey: meanGrey)
        var recolored = [UInt8](repeating: 0, count: pixels.count)
        for start in stride(from: 0, to: pixels.count, by: 3) {
            let (red, green, blue) = (Int(pixels[start]), Int(pixels[start + 1]), Int(pixels[start + 2]))
            for channel in 0..<3 { recolored[start + channel] = map.value(channel, red, green, blue) }
        }
        return Bitmap(width: width, height: height, pixels: recolored)
    }

    /// The mean luma (ITU-R 601: 0.299, 0.587, 0.114), 0…255.
    private var meanGrey: Double {
        var sums = (0, 0, 0)
        for start in stride(from: 0, to: pixels.count, by: 3) {
            sums.0 += Int(pixels[start])
            sums.1 += Int(pixels[start + 1])
            sums.2 += Int(pixels[start + 2])
        }
        let sum = 0.299 * Double(sums.0) + 0.587 * Double(sums.1) + 0.114 * Double(sums.2)
        return sum / Double(width * height)
    }
}

/// An affine map of colours in 1/65,536.
private struct ColorMap {
    private var rows: [[Int]] = []

    init(_ change: ColorChange, meanGrey: Double) {
        let luma = [0.299, 0.587, 0.114]
        // Brightness b and contrast c: x → b·c·x + b·(1 − c)·mean.
        let scale = change.brightness * change.contrast
        let offset = change.brightness * (1 - change.contrast) * meanGrey
        // Saturation s: x → s·x + (1 − s)·grey. Hue: a turn by θ about (1, 1, 1)/√3, Rodrigues' formula.
        let angle = 2 * Double.pi * change.hue
        let (cosine, sine) = (cos(angle), sin(angle))
        for row in 0..<3 {
            let turn = (0..<3).map { column in
                let cross = row == column ? 0.0 : ((row + 1) % 3 == column ? -1.0 : 1.0)
                return (row == column ? cosine : 0) + (1 - cosine) / 3 + sine * cross / 3.0.squareRoot()
            }
            let weights = (0..<3).map { column in
                // The grey axis is kept by the turn, so that saturation's grey goes through it unchanged.
                scale * (change.saturation * turn[column] + (1 - change.saturation) * luma[column])
            }
            rows.append((weights + [offset]).map { Int(($0 * 65536).rounded()) })
        }
    }

    func value(_ channel: Int, _ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
        let row = rows[channel]
        return UInt8(min(max((row[0] * red + row[1] * green + row[2] * blue + row[3] + 32768) >> 16, 0), 255))
    }
}
