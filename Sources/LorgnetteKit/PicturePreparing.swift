import ImageFiles
import Imaging

/// A model that makes pixels of pictures its own way.
package protocol PicturePreparing: Sendable {
    /// Pictures to pixels.
    var processor: ImageProcessor { get }
}

extension PicturePreparing {
    /// Decodes a picture and makes the pixels of it that the model wants. Needs no model arithmetic: do it beside other work.
    package func pixels(of image: ImageSource, options: ImageDecodingOptions) throws(LorgnetteError) -> PixelBatch {
        let bitmap: Bitmap
        do { bitmap = try image.bitmap(options: options) } catch { throw LorgnetteError(error) }
        do { return try processor.process(bitmap) } catch { throw LorgnetteError(error) }
    }
}
