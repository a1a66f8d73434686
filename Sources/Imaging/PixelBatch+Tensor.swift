import TensorEngine

extension PixelBatch {
    /// The pixels as a tensor `[batch, 3, height, width]`.
    package var tensor: Tensor { Tensor(values, shape) }
}
