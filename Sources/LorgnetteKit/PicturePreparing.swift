import ImageFiles
import Imaging

/// A model that makes pixels of pictures its own way.
package protocol PicturePreparing: Sendable {
    /// Pictures to pixels.
    var processor: ImageProcessor { get }
    /// The side of the patches that pixels are cut into, where every picture will be; 1 where that is not said.
    var patchSize: Int { get }
}

extension PicturePreparing {
    package var patchSize: Int { 1 }

    /// Decodes a picture and makes the pixels of it that the model wants. Needs no model arithmetic: do it beside other work.
    package func pixels(of image: ImageSource, options: ImageDecodingOptions) throws(LorgnetteError) -> PixelBatch {
        let bitmap: Bitmap
        do { bitmap = try image.bitmap(options: options) } catch { throw LorgnetteError(error) }
        let pixels: PixelBatch
        do { pixels = try processor.process(bitmap) } catch { throw LorgnetteError(error) }
        try pixels.require(patch: patchSize, of: image.name)
        return pixels
    }
}

extension PixelBatch {
    /// Throws where there is not one whole patch.
    func require(patch: Int, of name: String) throws(LorgnetteError) {
        guard min(height, width) < patch else { return }
        throw LorgnetteError(
            kind: .badData, code: "preprocessing",
            description:
                "\(name): \(width) × \(height) pixels after preprocessing, less than a patch of \(patch): give a larger one"
        )
    }
}
