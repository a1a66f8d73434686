import Imaging

/// How pictures are read.
public struct ImageDecodingOptions: Sendable, Equatable {
    /// Pillow's limit: what fits 256 MiB at 1½ bytes a pixel. Larger pictures are refused.
    public static let defaultMaximumPixels = 178_956_970

    /// Pictures of more pixels are refused before memory is taken for them.
    public var maximumPixels: Int
    /// What becomes of transparency in a `Bitmap`.
    public var alpha: AlphaTreatment
    /// Where given, a JPEG picture may be decoded at ½, ¼ or ⅛ of its size, but not smaller than that: several times
    /// faster for photographs, with slightly other pixels (Pillow's `Image.draft`). In the file's own directions,
    /// before EXIF orientation.
    public var reducedJPEG: ReducedSize?

    /// A size below which a picture is not reduced.
    public struct ReducedSize: Sendable, Equatable {
        /// Pixels in a row; at least 1.
        public var width: Int
        /// Rows; at least 1.
        public var height: Int

        /// At least that many pixels.
        public init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// Options; without arguments those of the command line's contract.
    public init(
        maximumPixels: Int = defaultMaximumPixels, alpha: AlphaTreatment = .over(.white),
        reducedJPEG: ReducedSize? = nil
    ) {
        self.maximumPixels = maximumPixels
        self.alpha = alpha
        self.reducedJPEG = reducedJPEG
    }
}
