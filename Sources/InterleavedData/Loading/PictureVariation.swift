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
