import Foundation
import Imaging
import TensorEngine

extension Augmentation {
    /// The half at the working size: rotation, crop, background. What comes has no transparency.
    package func variedSource(_ image: DecodedImage, using generator: inout SeededGenerator) -> Bitmap {
        var image = image
        if let rotation {
            let angle = (generator.unit() * 2 - 1) * rotation.degrees
            image = image.rotated(degrees: angle, fill: rotation.fill.color)
        }
        if let crop {
            let box = crop.box(width: image.bitmap.width, height: image.bitmap.height, using: &generator)
            image = image.cropped(to: box)
        }
        guard image.alpha != nil, let background,
            let ground = background.drawn(
                width: image.bitmap.width, height: image.bitmap.height, using: &generator)
        else { return image.flattened() }
        return image.flattened(over: ground)
    }

    /// The half at the model's size: jitter, flip, colour.
    package func variedPrepared(_ bitmap: Bitmap, using generator: inout SeededGenerator) throws(ResizingError)
        -> Bitmap
    {
        var bitmap = bitmap
        if jitter > 0 { bitmap = try bitmap.jittered(by: jitter, using: &generator) }
        if flip > 0, generator.unit() < flip { bitmap = bitmap.turned(by: .mirrored) }
        if let color { bitmap = bitmap.recolored(by: color.drawn(using: &generator)) }
        return bitmap
    }
}

/// A rectangle of whole pixels.
package struct PixelBox: Equatable {
    package var left: Int
    package var top: Int
    package var width: Int
    package var height: Int

    /// The box of that size whose first pixel is there.
    package init(left: Int, top: Int, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

extension Augmentation.Crop {
    /// A box of random area, proportion and place, as torchvision's `RandomResizedCrop` draws it: ten tries, proportions
    /// even on a logarithmic scale; where none fits, the largest box of an allowed proportion in the middle.
    package func box(width: Int, height: Int, using generator: inout SeededGenerator) -> PixelBox {
        let area = Double(width * height)
        for _ in 0..<10 {
            let share = scale.lowerBound + (scale.upperBound - scale.lowerBound) * generator.unit()
            let proportion = ratio.lowerBound * pow(ratio.upperBound / ratio.lowerBound, generator.unit())
            let wide = Int((area * share * proportion).squareRoot().rounded())
            let high = Int((area * share / proportion).squareRoot().rounded())
            if wide > 0, wide <= width, high > 0, high <= height {
                return PixelBox(
                    left: generator.integer(below: width - wide + 1), top: generator.integer(below: height - high + 1),
                    width: wide, height: high)
            }
        }
        return middle(width: width, height: height)
    }

    private func middle(width: Int, height: Int) -> PixelBox {
        let proportion = Double(width) / Double(height)
        var (wide, high) = (width, height)
        if proportion < ratio.lowerBound { high = Int((Double(width) / ratio.lowerBound).rounded()) }
        if proportion > ratio.upperBound { wide = Int((Double(height) * ratio.upperBound).rounded()) }
        (wide, high) = (min(max(wide, 1), width), min(max(high, 1), height))
        return PixelBox(left: (width - wide) / 2, top: (height - high) / 2, width: wide, height: high)
    }
}

extension Bitmap {
    /// The pixels within a box, which lies in the picture.
    package func cropped(to box: PixelBox) -> Bitmap {
        precondition(
            box.left >= 0 && box.top >= 0 && box.left + box.width <= width && box.top + box.height <= height,
            "a crop \(box) of \(width)×\(height) pixels")
        if box.width == width, box.height == height { return self }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(box.width * box.height * 3)
        for row in box.top..<box.top + box.height {
            let start = (row * width + box.left) * 3
            pixels.append(contentsOf: self.pixels[start..<start + box.width * 3])
        }
        return Bitmap(width: box.width, height: box.height, pixels: pixels)
    }

    /// Without up to `most` rows and as many columns, taken away from random sides, at the size that it had.
    package func jittered(by most: Int, using generator: inout SeededGenerator) throws(ResizingError) -> Bitmap {
        let cut = min(generator.integer(below: most + 1), min(width, height) - 1)
        let (left, top) = (generator.integer(below: cut + 1), generator.integer(below: cut + 1))
        let box = PixelBox(left: left, top: top, width: width - cut, height: height - cut)
        return try cropped(to: box).resized(width: width, height: height, filter: .bilinear)
    }
}

extension DecodedImage {
    /// The pixels within a box, which lies in the picture.
    package func cropped(to box: PixelBox) -> DecodedImage {
        if box.width == bitmap.width, box.height == bitmap.height { return self }
        var kept: [UInt8]?
        if let alpha {
            var rows: [UInt8] = []
            rows.reserveCapacity(box.width * box.height)
            for row in box.top..<box.top + box.height {
                let start = row * bitmap.width + box.left
                rows.append(contentsOf: alpha[start..<start + box.width])
            }
            kept = rows
        }
        return DecodedImage(bitmap: bitmap.cropped(to: box), alpha: kept)
    }

    /// Laid over another picture of the same size, in the arithmetic of laying it over a colour.
    package func flattened(over background: Bitmap) -> Bitmap {
        precondition(background.width == bitmap.width && background.height == bitmap.height, "a background of its size")
        guard let alpha else { return bitmap }
        var pixels = background.pixels
        for (pixel, opacity) in alpha.enumerated() where opacity > 0 {
            for sample in pixel * 3..<pixel * 3 + 3 {
                pixels[sample] = Self.mixed(bitmap.pixels[sample], over: pixels[sample], Int(opacity))
            }
        }
        return Bitmap(width: bitmap.width, height: bitmap.height, pixels: pixels)
    }

    /// Pillow's `alpha_composite` on an opaque ground: the quotient by 255 rounded, at 7 more bits.
    private static func mixed(_ front: UInt8, over back: UInt8, _ opacity: Int) -> UInt8 {
        if opacity == 255 { return front }
        let sum = Int(front) * opacity + Int(back) * (255 - opacity)
        return UInt8((sum + 127) / 255)
    }
}
