/// Prepares pictures for a vision encoder as a checkpoint's `preprocessor_config.json` says, equal to transformers'
/// Pillow-based processors bit by bit.
///
///     let processor = try ImageProcessor(modelFolder: "blip2-opt-2.7b")
///     let pixels = try processor.process(bitmap)   // [1, 3, 224, 224]
public struct ImageProcessor: Sendable, Equatable {
    /// What is done.
    public let configuration: ImageProcessorConfiguration

    /// A processor that does that.
    public init(_ configuration: ImageProcessorConfiguration) { self.configuration = configuration }

    /// One picture: resized, cropped from the middle, rescaled, normalised, in this order.
    /// - Returns: `[1, 3, height, width]`.
    /// - Throws: `ImageProcessorError.resizing` for pictures too elongated for the configured size.
    public func process(_ bitmap: Bitmap) throws(ImageProcessorError) -> PixelBatch {
        let prepared = try resizedAndCropped(bitmap)
        return PixelBatch(batch: 1, height: prepared.height, width: prepared.width, values: planes(of: prepared))
    }

    /// Several pictures, in their order.
    /// - Returns: `[bitmaps, 3, height, width]`.
    /// - Throws: `ImageProcessorError`, also where the results' sizes differ.
    public func process(_ bitmaps: [Bitmap]) throws(ImageProcessorError) -> PixelBatch {
        guard !bitmaps.isEmpty else { throw .emptyBatch }
        var batches: [PixelBatch] = []
        for bitmap in bitmaps {
            let batch = try process(bitmap)
            if let first = batches.first, first.shape != batch.shape {
                throw .sizesDiffer(first: [first.height, first.width], other: [batch.height, batch.width])
            }
            batches.append(batch)
        }
        guard let joined = PixelBatch(joining: batches) else { throw .emptyBatch }
        return joined
    }

    /// The 8-bit half of the work: what the encoder would see, still a picture.
    public func resizedAndCropped(_ bitmap: Bitmap) throws(ImageProcessorError) -> Bitmap {
        var prepared = bitmap
        if let rule = configuration.size {
            let size = rule.size(forHeight: bitmap.height, width: bitmap.width)
            do {
                prepared = try bitmap.resized(width: size.width, height: size.height, filter: configuration.filter)
            } catch {
                throw .resizing(error)
            }
        }
        if let crop = configuration.crop { prepared = prepared.centerCropped(height: crop.height, width: crop.width) }
        return prepared
    }

    /// `[3, height, width]`. A sample has 256 values: each is rescaled and normalised once a channel, then looked up.
    private func planes(of bitmap: Bitmap) -> [Float] {
        let tables = (0..<3).map { channel in (0...255).map { value(UInt8($0), channel: channel) } }
        let count = bitmap.width * bitmap.height
        return unsafe [Float](unsafeUninitializedCapacity: 3 * count) { planes, filled in
            for channel in 0..<3 {
                let table = tables[channel]
                for pixel in 0..<count {
                    unsafe planes[channel * count + pixel] = table[Int(bitmap.pixels[3 * pixel + channel])]
                }
            }
            filled = 3 * count
        }
    }

    /// transformers' precision: the product in float64, rounded to float32; then difference and quotient in float32.
    private func value(_ sample: UInt8, channel: Int) -> Float {
        var value = Float(sample)
        if let factor = configuration.rescaleFactor { value = Float(Double(sample) * factor) }
        if let normalization = configuration.normalization {
            value = (value - Float(normalization.mean[channel])) / Float(normalization.deviation[channel])
        }
        return value
    }
}
