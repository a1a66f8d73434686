import CKernels

extension Tensor {
    /// Up to this many rows, `linear` streams the weights once through registers instead of calling a matrix product:
    /// decoding is bound by reading weights. A row's result there does not depend on how many rows there are.
    package static let decodeRows = 8
    /// Elements of converted weights that a task works on at a time: half a second-level cache.
    private static let convertedElements = 1 << 17

    /// `x·Wᵀ + b`, as in `torch.nn.functional.linear`.
    ///
    /// - Parameters:
    ///   - weight: `[outputs, inputs]`, of any storage type; only a float32 weight can be trained.
    ///   - bias: `[outputs]` float32, or nil.
    /// - Returns: `[..., outputs]` for a tensor of `[..., inputs]`.
    package func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
        precondition(weight.shape.count == 2 && shape.last == weight.shape[1], "x \(shape) by weight \(weight.shape)")
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        precondition(bias.map { $0.shape == [outputs] } ?? true, "a bias for \(outputs) outputs")
        let rows = count / max(1, inputs)
        let x = floats
        let output = Tensor(shape.dropLast() + [outputs]) { y in
            if rows <= Self.decodeRows {
                Self.rowsTimesWeights(x, rows: rows, weight, bias: bias, into: y)
            } else {
                Self.product(x, rows: rows, weight, bias: bias?.floats, into: y)
            }
        }
        let kept = weight.isDifferentiable ? detached : nil
        let (needsX, needsBias) = (isDifferentiable, bias?.isDifferentiable ?? false)
        let inputShape = shape
        let storedWeight = weight.detached
        return output.recorded(from: [self, weight] + (bias.map { [$0] } ?? [])) { gradient in
            let toX = needsX ? gradient.timesWeight(storedWeight).reshaped(inputShape) : nil
            let toWeight = kept.map {
                gradient.outerProduct(with: $0, rows: rows, precision: storedWeight.usedPrecision)
            }
            let toBias = needsBias ? gradient.columnSums(width: outputs) : nil
            return [toX, toWeight] + (bias == nil ? [] : [toBias])
        }
    }

    /// Few rows by weights of any type, outputs cut over threads.
    private static func rowsTimesWeights(_ x: Floats, rows: Int, _ weight: Tensor, bias: Tensor?, into y: MutableFloats)
    {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let rowBytes = weight.dtype.byteCount(of: inputs)
        let biasValues = bias?.floats
        // About 128 KiB of weights a task, a multiple of eight outputs.
        let chunk = max(8, (1 << 17) / max(1, rowBytes) / 8 * 8)
        WorkerPool.forEachRange(of: outputs, size: chunk) { range in
            unsafe kernels.functions.rows_times_weights(
                weight.dtype.code, x.pointer, rows, inputs,
                weight.storage.base + weight.byteOffset + range.lowerBound * rowBytes, range.count, inputs,
                biasValues.map { unsafe $0.pointer + range.lowerBound }, y.pointer + range.lowerBound, outputs)
        }
    }

    /// `y = x·Wᵀ + b` for many rows.
    private static func product(_ x: Floats, rows: Int, _ weight: Tensor, bias: Floats?, into y: MutableFloats) {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let xMatrix = MatrixView(x, rows: rows, columns: inputs)
        let yMatrix = MutableMatrixView(y, rows: rows, columns: outputs)
        if MatrixProduct.isOwn {
            MatrixProduct.packed(
                xMatrix, by: StoredMatrix(weight, transposed: true), into: yMatrix, bias: bias,
                precision: weight.usedPrecision)
            return
        }
        if weight.dtype == .f32 {
            let matrix = MatrixView(weight.floats, rows: outputs, columns: inputs)
            MatrixProduct.parallel(xMatrix, by: matrix, otherTransposed: true, into: yMatrix, bias: bias)
            return
        }
        if let bias {
            for row in 0..<rows { y[row * outputs..<(row + 1) * outputs].copy(from: bias) }
        }
        let chunk = max(32, convertedElements / max(1, inputs) / 16 * 16)
        WorkerPool.forEachRange(of: outputs, size: chunk) { range in
            let scratch = MutableFloats(scratch: range.count * inputs)
            weight.convert(range.lowerBound * inputs..<range.upperBound * inputs, into: scratch)
            MatrixProduct.serial(
                xMatrix, by: MatrixView(scratch.readable, rows: range.count, columns: inputs), otherTransposed: true,
                into: yMatrix.part(0..<rows, range), adding: bias != nil)
        }
    }

    /// `dy·W`, the gradient with respect to the input of `linear`: `[rows, inputs]`.
    ///
    /// From y = x·Wᵀ: dL/dx[i] = Σ_o dL/dy[o]·W[o, i]. The weight may be of any type; it is never copied whole.
    func timesWeight(_ weight: Tensor) -> Tensor {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        let rows = count / max(1, outputs)
        let dy = MatrixView(floats, rows: rows, columns: outputs)
        return Tensor([rows, inputs]) { dx in
            let target = MutableMatrixView(dx, rows: rows, columns: inputs)
            if weight.dtype == .f32 {
                MatrixProduct.parallel(
                    dy, by: MatrixView(weight.floats, rows: outputs, columns: inputs), into: target,
                    precision: weight.usedPrecision)
                return
            }
            if MatrixProduct.isOwn {
                MatrixProduct.packed(
                    dy, by: StoredMatrix(weight, transposed: false), into: target, precision: weight.usedPrecision)
                return
            }
            // Rows of dx are cut over threads; each task converts the weights piece by piece, in order.
            let chunk = max(32, Self.convertedElements / max(1, inputs))
            WorkerPool.forEachRange(of: rows, size: max(64, (rows + 7) / 8)) { rowRange in
                for start in stride(from: 0, to: outputs, by: chunk) {
                    let range = start..<min(outputs, start + chunk)
                    let scratch = MutableFloats(scratch: range.count * inputs)
                    weight.convert(range.lowerBound * inputs..<range.upperBound * inputs, into: scratch)
                    MatrixProduct.serial(
                        dy.rows(rowRange).columns(range),
                        by: MatrixView(scratch.readable, rows: range.count, columns: inputs),
                        into: target.part(rowRange, 0..<inputs), adding: start > 0)
                }
            }
        }
    }

    /// `dyᵀ·x`, the gradient with respect to the weight of `linear`: `[outputs, inputs]`.
    func outerProduct(with x: Tensor, rows: Int, precision: ProductPrecision = .float32) -> Tensor {
        let (outputs, inputs) = (count / max(1, rows), x.count / max(1, rows))
        return Tensor([outputs, inputs]) { dw in
            MatrixProduct.parallel(
                MatrixView(floats, rows: rows, columns: outputs), transposed: true,
                by: MatrixView(x.floats, rows: rows, columns: inputs),
                into: MutableMatrixView(dw, rows: outputs, columns: inputs), precision: precision)
        }
    }

    /// `self · other` of `[rows, inner]` and `[inner, columns]`, or `self · otherᵀ` where `transposed`.
    package func matrixProduct(_ other: Tensor, transposed: Bool = false) -> Tensor {
        precondition(shape.count == 2 && other.shape.count == 2, "\(shape) by \(other.shape)")
        return linear(transposed ? other : other.leadingAxesExchanged())
    }
}
