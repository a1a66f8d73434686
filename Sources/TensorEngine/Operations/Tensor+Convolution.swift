extension Tensor {
    /// A convolution of pictures laid out channels last, zeros around them:
    ///
    ///     y[b, r, c, o] = bias[o] + Σ_{i, j, k} weight[o, (i·kernel + j)·channels + k] · x[b, r·stride + i − p, c·stride + j − p, k]
    ///
    /// with p = kernel/2 rounded down, as `torch.nn.functional.conv2d(padding=kernel // 2)` computes it.
    ///
    /// A few pictures at a time are unfolded into rows of `kernel·kernel·channels` and multiplied: what is unfolded stays in
    /// the caches and never exists for a whole batch. The way back unfolds again.
    ///
    /// - Parameters:
    ///   - weight: `[outputs, kernel·kernel·channels]`, float32.
    ///   - bias: `[outputs]`.
    ///   - kernel: Side of the kernel, odd.
    /// - Returns: `[batch, ⌈rows/stride⌉, ⌈columns/stride⌉, outputs]` for a tensor of `[batch, rows, columns, channels]`.
    package func convolved(by weight: Tensor, bias: Tensor, kernel: Int, stride: Int) -> Tensor {
        let shapes = ConvolutionShapes(self, weight, kernel: kernel, stride: stride)
        precondition(bias.shape == [shapes.outputs], "a bias of \(bias.shape) for \(shapes.outputs) outputs")
        let (x, w, b) = (floats, weight.floats, bias.floats)
        let output = Tensor([shapes.batch, shapes.outputRows, shapes.outputColumns, shapes.outputs]) { y in
            WorkerPool.forEachRange(of: shapes.batch, size: shapes.picturesAtOnce) { pictures in
                let rows = shapes.unfolded(x, pictures)
                let target = y[pictures.lowerBound * shapes.outputSize..<pictures.upperBound * shapes.outputSize]
                for row in 0..<rows.rows {
                    target[row * shapes.outputs..<(row + 1) * shapes.outputs].copy(from: b)
                }
                MatrixProduct.serial(
                    rows, by: MatrixView(w, rows: shapes.outputs, columns: shapes.inner), otherTransposed: true,
                    into: MutableMatrixView(target, rows: rows.rows, columns: shapes.outputs), adding: true)
            }
        }
        let (input, kept) = (detached, weight.detached)
        let (needsX, needsWeight) = (isDifferentiable, weight.isDifferentiable)
        let needsBias = bias.isDifferentiable
        return output.recorded(from: [self, weight, bias]) { gradient in
            let back = ConvolutionGradient(shapes: shapes, weight: kept, gradient: gradient)
            return [
                needsX ? back.toPictures() : nil, needsWeight ? back.toWeight(from: input) : nil,
                needsBias ? gradient.columnSums(width: shapes.outputs) : nil,
            ]
        }
    }

    /// Pictures with their channels last: `[batch, rows, columns, channels]` of `[batch, channels, height, width]`, cut to the
    /// first `rows` rows and `columns` columns. No gradient goes back.
    package func channelsLast(rows: Int, columns: Int) -> Tensor {
        precondition(shape.count == 4 && rows <= shape[2] && columns <= shape[3], "\(rows)×\(columns) of \(shape)")
        let (batch, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
        let source = floats
        return Tensor([batch, rows, columns, channels]) { target in
            WorkerPool.forEachRange(of: batch * rows, size: max(1, 4096 / max(1, columns * channels))) { range in
                for row in range {
                    let start = (row / rows * channels * height + row % rows) * width
                    for channel in 0..<channels {
                        target.copyRows(
                            columns, of: 1, from: source, at: start + channel * height * width, stride: 1,
                            to: row * columns * channels + channel, stride: channels)
                    }
                }
            }
        }
    }
}
