import TensorEngine

/// Pixels to the tokens of a vision transformer.
package protocol PictureTokens: Sendable {
    /// - Parameter pixels: `[batch, 3, height, width]`, RGB, normalised; those beyond the last whole patch are left out.
    /// - Returns: `[batch, rows·columns, width]`, row by row.
    func callAsFunction(_ pixels: Tensor) -> Tensor

    /// The whole patches of pictures of this size.
    func grid(of pixels: Tensor) -> (rows: Int, columns: Int)
}
