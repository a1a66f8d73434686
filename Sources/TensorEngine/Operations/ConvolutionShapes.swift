/// The sizes of a convolution, and its pictures as rows of a matrix.
struct ConvolutionShapes: Sendable {
    let batch: Int
    let rows: Int
    let columns: Int
    let channels: Int
    let outputs: Int
    let kernel: Int
    let stride: Int

    init(_ x: Tensor, _ weight: Tensor, kernel: Int, stride: Int) {
        precondition(x.shape.count == 4 && kernel % 2 == 1 && stride > 0, "a convolution over \(x.shape)")
        (batch, rows, columns, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        (self.kernel, self.stride) = (kernel, stride)
        outputs = weight.shape[0]
        precondition(
            weight.shape == [outputs, kernel * kernel * channels], "a kernel of \(weight.shape) over \(x.shape)")
    }

    var outputRows: Int { (rows + stride - 1) / stride }
    var outputColumns: Int { (columns + stride - 1) / stride }
    /// Terms of a sum.
    var inner: Int { kernel * kernel * channels }
    /// Elements of a picture before and after.
    var inputSize: Int { rows * columns * channels }
    var outputSize: Int { outputRows * outputColumns * outputs }
    /// Pictures unfolded together, so that a product has rows enough to be worth packing its weight for.
    var picturesAtOnce: Int { max(1, 256 / max(1, outputRows * outputColumns)) }

    /// Rows, columns and elements of a picture with the zeros around it.
    private var border: Int { kernel / 2 }
    private var paddedColumns: Int { columns + 2 * border }
    private var paddedSize: Int { (rows + 2 * border) * paddedColumns * channels }

    /// Pictures as rows: one for each place of the output, the pictures' elements under the kernel in its order.
    ///
    /// - Returns: `[pictures·outputRows·outputColumns, kernel·kernel·channels]`
    func unfolded(_ x: Floats, _ pictures: Range<Int>) -> MatrixView {
        let places = outputRows * outputColumns
        let target = MutableFloats(scratch: pictures.count * places * inner)
        let padded = MutableFloats(scratch: paddedSize)
        padded.fill(0)
        for (index, picture) in pictures.enumerated() {
            padded.copyRows(
                rows, of: columns * channels, from: x, at: picture * inputSize, stride: columns * channels,
                to: (border * paddedColumns + border) * channels, stride: paddedColumns * channels)
            forEachLine { start, row in
                target.copyRows(
                    outputColumns, of: kernel * channels, from: padded.readable, at: start, stride: stride * channels,
                    to: index * places * inner + row, stride: inner)
            }
        }
        return MatrixView(target.readable, rows: pictures.count * places, columns: inner)
    }

    /// Adds rows, laid out as `unfolded` does it, to the elements of a picture that they came from.
    ///
    /// - Parameter x: the picture, `[rows, columns, channels]`, overwritten.
    func fold(_ unfolded: Floats, into x: MutableFloats) {
        let padded = MutableFloats(scratch: paddedSize)
        padded.fill(0)
        let width = kernel * channels
        forEachLine { start, source in
            for column in 0..<outputColumns {
                let target = padded[start + column * stride * channels..<start + column * stride * channels + width]
                let row = source + column * inner
                Kernels.add(target.readable, unfolded[row..<row + width], into: target)
            }
        }
        x.copyRows(
            rows, of: columns * channels, from: padded.readable, at: (border * paddedColumns + border) * channels,
            stride: paddedColumns * channels, to: 0, stride: columns * channels)
    }

    /// For each row of the output and each line of the kernel: where its first run stands in the padded picture, and in the
    /// unfolded rows.
    private func forEachLine(_ body: (_ padded: Int, _ unfolded: Int) -> Void) {
        for row in 0..<outputRows {
            for line in 0..<kernel {
                body(
                    (row * stride + line) * paddedColumns * channels,
                    row * outputColumns * inner + line * kernel * channels)
            }
        }
    }
}
