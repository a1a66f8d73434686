/// What is done to a picture before a vision encoder sees it: the contents of `preprocessor_config.json`.
public struct ImageProcessorConfiguration: Sendable, Equatable {
    /// Height and width of what is cut from the middle.
    public struct Crop: Sendable, Equatable {
        /// Rows kept.
        public var height: Int
        /// Pixels kept in each.
        public var width: Int

        /// A crop of that size.
        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }
    }

    /// To what size; nil where pictures are not resized.
    public var size: ImageSizeRule?
    /// With what filter.
    public var filter: ResamplingFilter
    /// What is cut from the middle after resizing (black is added where the picture is smaller); nil for nothing.
    public var crop: Crop?
    /// What samples 0…255 are multiplied by; nil for nothing.
    public var rescaleFactor: Double?
    /// Red, green and blue mean and standard deviation of `(x − mean) / deviation`; nil for nothing.
    public var normalization: Normalization?

    /// Three means and three standard deviations, on the scale of the rescaled samples.
    public struct Normalization: Sendable, Equatable {
        /// Red, green, blue.
        public var mean: [Double]
        /// Red, green, blue.
        public var deviation: [Double]

        /// A normalisation by those numbers.
        /// - Precondition: three each.
        public init(mean: [Double], deviation: [Double]) {
            precondition(mean.count == 3 && deviation.count == 3, "a mean and a deviation for each of three channels")
            self.mean = mean
            self.deviation = deviation
        }
    }

    /// Mean of OpenAI's CLIP training pictures.
    public static let clipMean = [0.48145466, 0.4578275, 0.40821073]
    /// Standard deviation of OpenAI's CLIP training pictures.
    public static let clipDeviation = [0.26862954, 0.26130258, 0.27577711]

    /// A configuration; what is not told is what CLIP and BLIP do.
    public init(
        size: ImageSizeRule?, filter: ResamplingFilter = .bicubic, crop: Crop? = nil,
        rescaleFactor: Double? = 1.0 / 255, mean: [Double] = clipMean, deviation: [Double] = clipDeviation
    ) {
        self.size = size
        self.filter = filter
        self.crop = crop
        self.rescaleFactor = rescaleFactor
        normalization = Normalization(mean: mean, deviation: deviation)
    }
}
