/// Normalised pixels of several pictures of one size, as a vision encoder reads them: `[batch, 3, height, width]`
/// float32, channels first, red plane first.
///
/// Holds its values as an array until the tensor engine takes them over without a copy.
public struct PixelBatch: Sendable, Equatable {
    /// How many pictures.
    public let batch: Int
    /// Rows of each.
    public let height: Int
    /// Pixels in a row.
    public let width: Int
    /// `[batch, 3, height, width]`.
    public let values: [Float]

    /// A batch of those values.
    /// - Parameter values: `[batch, 3, height, width]`.
    /// - Precondition: `values` holds `batch · 3 · height · width` numbers.
    public init(batch: Int, height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == batch * 3 * height * width,
            "\(values.count) values for a batch of shape [\(batch), 3, \(height), \(width)]")
        self.batch = batch
        self.height = height
        self.width = width
        self.values = values
    }

    /// `[batch, 3, height, width]` as numbers.
    public var shape: [Int] { [batch, 3, height, width] }

    /// The batches one behind the other; nil where there is none, or where their sizes differ.
    public init?(joining batches: [PixelBatch]) {
        guard let first = batches.first,
            batches.allSatisfy({ $0.height == first.height && $0.width == first.width })
        else { return nil }
        var values: [Float] = []
        values.reserveCapacity(batches.reduce(0) { $0 + $1.values.count })
        for batch in batches { values.append(contentsOf: batch.values) }
        self.init(
            batch: batches.reduce(0) { $0 + $1.batch }, height: first.height, width: first.width, values: values)
    }
}
