import ImageFiles
import Imaging
import TensorEngine

/// From a row's picture to pixels, varied as its part says. Decoded pictures are held; results do not depend on that.
struct PictureVariation: Sendable {
    let processor: ImageProcessor
    /// Longest shorter side at which pictures are held before a crop or a turn.
    let workingSize: Int
    let decoding: ImageDecodingOptions
    let cache: PictureCache

    /// `[1, 3, height, width]`.
    func pixels(
        of location: PictureLocation, augmentation: Augmentation, using generator: inout SeededGenerator
    ) throws(PictureError) -> PixelBatch {
        let prepared: Bitmap
        if augmentation.changesSource {
            let hasBackground = augmentation.background != nil
            let image = try cache.picture(
                PictureKey(location: location, form: hasBackground ? .workingWithTransparency : .working)
            ) { () throws(PictureError) in try workingPicture(of: location, keepsTransparency: hasBackground) }
            prepared = try prepare(augmentation.variedSource(image, using: &generator), location)
        } else {
            // What inference would see: the 8-bit half of the processor's work is done once and held.
            prepared = try cache.picture(PictureKey(location: location, form: .prepared)) { () throws(PictureError) in
                DecodedImage(
                    bitmap: try prepare(try location.image(options: decoding).flattened(decoding.alpha), location))
            }.bitmap
        }
        let varied: Bitmap
        do { varied = try augmentation.variedPrepared(prepared, using: &generator) } catch {
            throw .resizing(name: location.name, error)
        }
        do { return try normaliser.process(varied) } catch { throw .processing(name: location.name, error) }
    }

    /// The other half of the processor: rescales and normalises.
    private var normaliser: ImageProcessor {
        var configuration = processor.configuration
        configuration.size = nil
        configuration.crop = nil
        return ImageProcessor(configuration)
    }

    private func prepare(_ bitmap: Bitmap, _ location: PictureLocation) throws(PictureError) -> Bitmap {
        do { return try processor.resizedAndCropped(bitmap) } catch { throw .processing(name: location.name, error) }
    }

    private func workingPicture(
        of location: PictureLocation, keepsTransparency: Bool
    ) throws(PictureError) -> DecodedImage {
        var options = decoding
        // A photograph of many times the working size is decoded at a fraction of its own.
        options.reducedJPEG = .init(width: workingSize, height: workingSize)
        var image = try location.image(options: options)
        if !keepsTransparency { image = DecodedImage(bitmap: image.flattened(decoding.alpha)) }
        do { return try image.reduced(toShorterSide: workingSize) } catch {
            throw .resizing(name: location.name, error)
        }
    }
}

extension DecodedImage {
    /// The picture resized, proportions kept, where its shorter side is longer than `side`; bicubic, antialiased, colours
    /// weighed by their opacity as Pillow does it for RGBA.
    package func reduced(toShorterSide side: Int) throws(ResizingError) -> DecodedImage {
        let shorter = min(bitmap.width, bitmap.height)
        guard shorter > side else { return self }
        func scaled(_ length: Int) -> Int { max(1, (length * side + shorter / 2) / shorter) }
        let (width, height) = (scaled(bitmap.width), scaled(bitmap.height))
        guard let alpha, alpha.contains(where: { $0 < 255 }) else {
            return DecodedImage(bitmap: try bitmap.resized(width: width, height: height, filter: .bicubic))
        }
        let (colors, opacities) = weighed(alpha)
        let small = try Bitmap(width: bitmap.width, height: bitmap.height, pixels: colors)
            .resized(width: width, height: height, filter: .bicubic)
        let smallAlpha = try Bitmap(width: bitmap.width, height: bitmap.height, pixels: opacities)
            .resized(width: width, height: height, filter: .bicubic)
        return Self.unweighed(small, opacities: smallAlpha)
    }

    /// Colours times opacity, and the opacity as a picture of three equal channels.
    private func weighed(_ alpha: [UInt8]) -> (colors: [UInt8], opacities: [UInt8]) {
        var colors: [UInt8] = []
        var opacities: [UInt8] = []
        colors.reserveCapacity(alpha.count * 3)
        opacities.reserveCapacity(alpha.count * 3)
        for (pixel, opacity) in alpha.enumerated() {
            for sample in bitmap.pixels[pixel * 3..<pixel * 3 + 3] {
                colors.append(UInt8((Int(sample) * Int(opacity) + 127) / 255))
                opacities.append(opacity)
            }
        }
        return (colors, opacities)
    }

    /// Colours divided by opacity again.
    private static func unweighed(_ small: Bitmap, opacities: Bitmap) -> DecodedImage {
        var colors = small.pixels
        for (index, opacity) in opacities.pixels.enumerated() {
            let opacity = Int(opacity)
            colors[index] = opacity == 0 ? 0 : UInt8(clamping: (Int(colors[index]) * 255 + opacity / 2) / opacity)
        }
        return DecodedImage(
            bitmap: Bitmap(width: small.width, height: small.height, pixels: colors),
            alpha: stride(from: 0, to: opacities.pixels.count, by: 3).map { opacities.pixels[$0] })
    }
}
