import NeuralLayers
import TensorEngine

/// Cuts pictures into square patches and projects each: a convolution whose stride is its kernel.
package struct PatchEmbedding: PictureTokens {
    /// Side of a patch in pixels.
    package let patch: Int
    private let weight: Parameter
    private let bias: Parameter?

    /// The layer at `scope`: `weight` of `[width, 3, patch, patch]`, `bias` of `[width]`.
    package init(width: Int, patch: Int, bias: Bool = true, in scope: ParameterScope) {
        self.patch = patch
        weight = scope.parameter("weight", [width, 3, patch, patch])
        self.bias = bias ? scope.parameter("bias", [width], .zeros) : nil
    }

    /// - Parameter pixels: `[batch, 3, height, width]`, RGB, normalised; pixels beyond the last whole patch are left out,
    ///   as a convolution leaves them.
    /// - Returns: `[batch, rows·columns, width]`, patches row by row.
    package func callAsFunction(_ pixels: Tensor) -> Tensor {
        let weight = weight.tensor
        let patches = cut(pixels)  // [batch, rows·columns, 3·patch·patch]
        return patches.linear(weight.reshaped([weight.shape[0], 3 * patch * patch]), bias: bias?.tensor)
    }

    /// The whole patches of pictures of this size.
    package func grid(of pixels: Tensor) -> (rows: Int, columns: Int) {
        (pixels.shape[2] / patch, pixels.shape[3] / patch)
    }

    private func cut(_ pixels: Tensor) -> Tensor {
        precondition(pixels.shape.count == 4 && pixels.shape[1] == 3, "pixels of \(pixels.shape)")
        let (batch, height, width) = (pixels.shape[0], pixels.shape[2], pixels.shape[3])
        let (rows, columns) = (height / patch, width / patch)
        let source = pixels.floats
        return Tensor([batch, rows * columns, 3 * patch * patch]) { output in
            WorkerPool.forEachRange(of: batch * rows, size: 4096 / max(1, columns * patch * patch) + 1) { range in
                for strip in range {
                    let (image, row) = (strip / rows, strip % rows)
                    for line in 0..<3 * patch {
                        let (channel, y) = (line / patch, line % patch)
                        let start = ((image * 3 + channel) * height + row * patch + y) * width
                        let target = strip * columns * 3 * patch * patch + line * patch
                        output.copyRows(
                            columns, of: patch, from: source, at: start, stride: patch, to: target,
                            stride: 3 * patch * patch)
                    }
                }
            }
        }
    }
}
