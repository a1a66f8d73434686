/// The way back of a convolution, from the gradient of its output.
///
/// With X the unfolded pictures, `y = X·Wᵀ`: dW = dyᵀ·X, and dX = dy·W, whose rows are added where they were read.
struct ConvolutionGradient {
    let shapes: ConvolutionShapes
    /// `[outputs, kernel·kernel·channels]`
    let weight: Tensor
    /// `[batch, outputRows, outputColumns, outputs]`
    let gradient: Tensor

    /// Parts of a batch whose sums are kept apart, so that they can be added in an order of their own.
    private static let parts = 16

    /// - Returns: `[batch, rows, columns, channels]`
    func toPictures() -> Tensor {
        let (dy, places) = (gradient.floats, shapes.outputRows * shapes.outputColumns)
        let matrix = MatrixView(weight.floats, rows: shapes.outputs, columns: shapes.inner)
        return Tensor([shapes.batch, shapes.rows, shapes.columns, shapes.channels]) { dx in
            WorkerPool.forEachRange(of: shapes.batch, size: shapes.picturesAtOnce) { pictures in
                let unfolded = MutableFloats(scratch: pictures.count * places * shapes.inner)
                MatrixProduct.serial(
                    rows(dy, pictures), by: matrix,
                    into: MutableMatrixView(unfolded, rows: pictures.count * places, columns: shapes.inner))
                for (index, picture) in pictures.enumerated() {
                    let size = places * shapes.inner
                    shapes.fold(
                        unfolded.readable[index * size..<(index + 1) * size],
                        into: dx[picture * shapes.inputSize..<(picture + 1) * shapes.inputSize])
                }
            }
        }
    }

    /// - Parameter x: the input, `[batch, rows, columns, channels]`.
    /// - Returns: `[outputs, kernel·kernel·channels]`
    func toWeight(from x: Tensor) -> Tensor {
        let size = max(shapes.picturesAtOnce, (shapes.batch + Self.parts - 1) / Self.parts)
        let parts = max(1, (shapes.batch + size - 1) / size)
        let sums = MutableFloats(scratch: parts * weight.count)
        WorkerPool.forEachRange(of: shapes.batch, size: size) { part in
            let start = part.lowerBound / size * weight.count
            let sum = MutableMatrixView(
                sums[start..<start + weight.count], rows: shapes.outputs, columns: shapes.inner)
            for first in stride(from: part.lowerBound, to: part.upperBound, by: shapes.picturesAtOnce) {
                let pictures = first..<min(part.upperBound, first + shapes.picturesAtOnce)
                MatrixProduct.serial(
                    rows(gradient.floats, pictures), transposed: true, by: shapes.unfolded(x.floats, pictures),
                    into: sum, adding: first > part.lowerBound)
            }
        }
        return Tensor(weight.shape) { total in
            if shapes.batch == 0 { return total.fill(0) }
            total.copy(from: sums.readable[0..<weight.count])
            for part in stride(from: 1, to: parts, by: 1) {
                Kernels.add(
                    total.readable, sums.readable[part * weight.count..<(part + 1) * weight.count], into: total)
            }
        }
    }

    /// The gradient at the places of some pictures: `[pictures·places, outputs]`.
    private func rows(_ dy: Floats, _ pictures: Range<Int>) -> MatrixView {
        MatrixView(
            dy[pictures.lowerBound * shapes.outputSize..<pictures.upperBound * shapes.outputSize],
            rows: pictures.count * shapes.outputRows * shapes.outputColumns, columns: shapes.outputs)
    }
}
