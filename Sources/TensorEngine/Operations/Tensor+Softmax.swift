import Foundation

extension Tensor {
    /// Softmax over the last axis of `scale·x`.
    package func softmax(scale: Float = 1) -> Tensor {
        let width = shape.last ?? 1
        let rows = count / max(1, width)
        let x = floats
        let output = Tensor(shape) { y in
            WorkerPool.forEachRange(ofRows: rows, width: width) { range in
                for row in range {
                    let elements = row * width..<(row + 1) * width
                    Kernels.softmax(x[elements], scale: scale, into: y[elements])
                }
            }
        }
        return output.recorded(from: [self]) { gradient in
            let p = output.floats
            let toX = Tensor(output.shape) { dx in
                WorkerPool.forEachRange(ofRows: rows, width: width) { range in
                    for row in range {
                        let elements = row * width..<(row + 1) * width
                        Kernels.softmaxBackward(
                            p[elements], gradient: gradient.floats[elements], scale: scale, into: dx[elements])
                    }
                }
            }
            return [toX]
        }
    }

    /// `log Σ exp(x)` over the last axis, which is dropped.
    package func logSumExp() -> Tensor {
        let width = shape.last ?? 1
        let rows = count / max(1, width)
        let x = floats
        let probabilities = MutableFloats(scratch: count)
        let output = Tensor(Array(shape.dropLast())) { y in
            for row in 0..<rows {
                let elements = row * width..<(row + 1) * width
                y[row] = Kernels.softmax(x[elements], scale: 1, into: probabilities[elements])
            }
        }
        let wholeShape = shape
        return output.recorded(from: [self]) { gradient in
            [Tensor(owning: probabilities, wholeShape).scalingRows(by: gradient)]
        }
    }

    /// The logarithm of softmax over the last axis, without a way back (scores, sampling).
    package func logSoftmax() -> Tensor {
        let width = shape.last ?? 1
        let x = floats
        return Tensor(shape) { y in
            WorkerPool.forEachRange(ofRows: x.count / max(1, width), width: width) { range in
                for row in range {
                    let elements = row * width..<(row + 1) * width
                    let total = Kernels.softmax(x[elements], scale: 1, into: y[elements])
                    for index in elements { y[index] = x[index] - total }
                }
            }
        }
    }

    /// The weighted mean of the cross-entropies of rows of logits with the labels of those rows.
    ///
    /// `loss = Σ_r w_r·((1 − s)·(lse_r − x[r, label_r]) + s·(lse_r − mean_c x[r, c])) / Σ_r w_r`, as
    /// `torch.nn.functional.cross_entropy` with label smoothing s; rows with a negative label are left out (w = 0).
    ///
    /// - Parameters:
    ///   - labels: one a row; a negative label (−100) leaves the row out.
    ///   - weights: one a row, or nil for 1.
    ///   - smoothing: share of the target spread over all classes.
    ///   - normaliser: what to divide by, where it is not Σ w (micro-batches of one step share theirs).
    /// - Returns: a scalar; 0 where no row counts.
    package func crossEntropy(
        labels: [Int], weights: [Float]? = nil, smoothing: Float = 0, normaliser: Float? = nil
    ) -> Tensor {
        crossEntropyByRow(labels: labels, weights: weights, smoothing: smoothing, normaliser: normaliser).mean
    }

    /// The same, with what each row adds to the sum: `w_r·(…)`, 0 for rows that are left out.
    package func crossEntropyByRow(
        labels: [Int], weights: [Float]? = nil, smoothing: Float = 0, normaliser: Float? = nil
    ) -> (mean: Tensor, rows: [Float]) {
        let classes = shape.last ?? 1
        let rows = count / max(1, classes)
        precondition(
            labels.count == rows && (weights?.count ?? rows) == rows, "\(labels.count) labels for \(rows) rows")
        precondition(labels.allSatisfy { $0 < classes }, "a label outside of \(classes) classes")
        let used = labels.indices.filter { labels[$0] >= 0 && (weights?[$0] ?? 1) != 0 }
        let x = floats
        let sums = MutableFloats(scratch: rows)
        let losses = MutableFloats(scratch: rows)
        losses.fill(0)
        WorkerPool.forEachRange(of: used.count, size: max(1, elementwiseGrain / classes)) { range in
            let scratch = MutableFloats(scratch: classes)
            for row in used[range] {
                let logits = x[row * classes..<(row + 1) * classes]
                let total = Kernels.softmax(logits, scale: 1, into: scratch)
                sums[row] = total
                var loss = (1 - smoothing) * (total - logits[labels[row]])
                if smoothing > 0 { loss += smoothing * (total - Kernels.sum(logits) / Float(classes)) }
                losses[row] = loss * (weights?[row] ?? 1)
            }
        }
        let divisor = normaliser ?? used.reduce(Float(0)) { $0 + (weights?[$1] ?? 1) }
        let total = used.reduce(0.0) { $0 + Double(losses[$1]) }
        let output = Tensor(scalar: divisor > 0 ? Float(total / Double(divisor)) : 0)
        let logits = detached
        let mean = output.recorded(from: [self]) { gradient in
            // d/dx[r, c] = w_r/Σw · (p[r, c] − (1 − s)·[c = label] − s/C)
            let factor = divisor > 0 ? gradient.scalar / divisor : 0
            let toX = Tensor(logits.shape) { dx in
                let x = logits.floats
                WorkerPool.forEachRange(of: rows, size: max(1, elementwiseGrain / classes)) { range in
                    for row in range {
                        let target = dx[row * classes..<(row + 1) * classes]
                        let weight = labels[row] < 0 ? 0 : (weights?[row] ?? 1)
                        if weight == 0 {
                            target.fill(0)
                            continue
                        }
                        Kernels.softmax(x[row * classes..<(row + 1) * classes], scale: 1, into: target)
                        Kernels.scale(target.readable, by: factor * weight, into: target)
                        if smoothing > 0 {
                            let share = factor * weight * smoothing / Float(classes)
                            for index in 0..<classes { target[index] -= share }
                        }
                        target[labels[row]] -= factor * weight * (1 - smoothing)
                    }
                }
            }
            return [toX]
        }
        return (mean, losses.readable.array)
    }

    /// The mean over rows of the cross-entropy with a whole target distribution a row: `−Σ_c t[r, c]·log p[r, c]`.
    ///
    /// - Parameter targets: of the logits' shape; rows sum to 1.
    package func crossEntropy(targets: Tensor) -> Tensor {
        precondition(targets.shape == shape, "targets of \(targets.shape) for logits of \(shape)")
        let classes = shape.last ?? 1
        let rows = count / max(1, classes)
        let (x, t) = (floats, targets.floats)
        var total = 0.0
        let probabilities = MutableFloats(scratch: count)
        for row in 0..<rows {
            let range = row * classes..<(row + 1) * classes
            let sum = Kernels.softmax(x[range], scale: 1, into: probabilities[range])
            total += Double(sum * Kernels.sum(t[range]) - Kernels.dot(t[range], x[range]))
        }
        let wholeShape = shape
        let kept = targets.detached
        return Tensor(scalar: Float(total / Double(max(1, rows)))).recorded(from: [self]) { gradient in
            let factor = gradient.scalar / Float(max(1, rows))
            let t = kept.floats
            let toX = Tensor(wholeShape) { dx in
                for row in 0..<rows {
                    let range = row * classes..<(row + 1) * classes
                    Kernels.scale(probabilities[range].readable, by: factor * Kernels.sum(t[range]), into: dx[range])
                    Kernels.addScaled(-factor, t[range], into: dx[range])
                }
            }
            return [toX]
        }
    }
}
