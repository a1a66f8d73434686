import Synchronization

extension Tensor {
    /// The units of a one-in-N sparse layer with hard masks: `max(0, u)` of the chosen unit of each block, 0 elsewhere.
    /// The choices are constants: what evaluation and prefill use.
    ///
    /// - Returns: the shape of `self`, `[..., blocks·length]`
    package func chosenUnits(_ choices: BlockChoices) -> Tensor {
        checkChoices(choices)
        let u = detached
        let output = Self.units(u, probabilities: nil, choices)
        return output.recorded(from: [self]) { gradient in
            let du = MutableFloats(scratch: u.count)
            Self.forEachBlockRange(u.count, choices.length) { elements, block in
                Kernels.blockUnitsBackward(
                    u.floats[elements], probabilities: nil, choices: choices.indices, from: block,
                    gradient: gradient.floats[elements], length: choices.length, intoUnits: du[elements],
                    intoLogits: nil)
            }
            return [Tensor(owning: du, u.shape)]
        }
    }

    /// The units of a one-in-N sparse layer in training: `max(0, u·m)`, where m is a mask made of `p = softmax(logits)` of each
    /// block (Jaszczur et al. 2021).
    ///
    /// Without choices the mask is soft, `m = p`, and the gradients are the true ones. With choices it is hard, the one-hot of
    /// the choice, and goes back as if it were p (straight-through): with g = dz where the unit is on, `dm = g·u` and
    /// `dlogits = p·(dm − Σ_block p·dm)` in both cases; `du = g·m`.
    ///
    /// - Parameters:
    ///   - logits: the controller's, of the shape of `self`.
    ///   - choices: nil for the soft mask.
    package func maskedUnits(logits: Tensor, length: Int, choices: BlockChoices?) -> Tensor {
        precondition(logits.shape == shape, "logits of \(logits.shape) for units of \(shape)")
        if let choices { checkChoices(choices) }
        let u = detached
        let l = logits.floats
        let p = MutableFloats(scratch: count)
        Self.forEachBlockRange(count, length) { elements, _ in
            Kernels.blockSoftmax(l[elements], scale: 1, length: length, into: p[elements])
        }
        let probabilities = Tensor(owning: p, shape)
        let output = Self.units(u, probabilities: probabilities, choices, length: length)
        return output.recorded(from: [self, logits]) { gradient in
            let (du, dlogits) = (MutableFloats(scratch: u.count), MutableFloats(scratch: u.count))
            Self.forEachBlockRange(u.count, length) { elements, block in
                Kernels.blockUnitsBackward(
                    u.floats[elements], probabilities: probabilities.floats[elements], choices: choices?.indices,
                    from: block, gradient: gradient.floats[elements], length: length, intoUnits: du[elements],
                    intoLogits: dlogits[elements])
            }
            return [Tensor(owning: du, u.shape), Tensor(owning: dlogits, u.shape)]
        }
    }

    private static func units(
        _ u: Tensor, probabilities: Tensor?, _ choices: BlockChoices?, length: Int? = nil
    ) -> Tensor {
        let length = length ?? choices?.length ?? 1
        return Tensor(u.shape) { output in
            forEachBlockRange(u.count, length) { elements, block in
                Kernels.blockUnits(
                    u.floats[elements], probabilities: probabilities?.floats[elements], choices: choices?.indices,
                    from: block, length: length, into: output[elements])
            }
        }
    }

    /// Runs `body` over whole blocks on all threads: their elements, and the number of the first.
    private static func forEachBlockRange(_ count: Int, _ length: Int, _ body: (Range<Int>, Int) -> Void) {
        WorkerPool.forEachRange(of: count / length, size: max(1, elementwiseGrain / length)) { range in
            body(range.lowerBound * length..<range.upperBound * length, range.lowerBound)
        }
    }

    @inline(never)
    private func checkChoices(_ choices: BlockChoices) {
        precondition(choices.indices.count * choices.length == count, "choices of other units than those of \(shape)")
    }
}

/// Rows of the two matrices of a sparse layer that were touched, counted where they are read.
package struct ChosenRowCount: Sendable, Equatable {
    /// Of the matrix that reads the layer's input.
    package var read = 0
    /// Of the matrix that writes its output.
    package var written = 0

    /// None yet.
    package init(read: Int = 0, written: Int = 0) {
        self.read = read
        self.written = written
    }

    /// The rows of two layers, or tokens.
    package static func + (a: ChosenRowCount, b: ChosenRowCount) -> ChosenRowCount {
        ChosenRowCount(read: a.read + b.read, written: a.written + b.written)
    }
}

extension Tensor {
    /// A one-in-N sparse layer for few tokens: `y[t] = Σ_b max(0, x[t]·R[n])·W[n]`, n the chosen unit of block b for token t.
    ///
    /// Reads one row of each matrix a block and token and nothing else of them; no way back. Cut into tasks by size alone,
    /// partial sums added in order.
    ///
    /// - Parameters:
    ///   - reading, writing: `[units, width]` of one storage type, a row a unit.
    /// - Returns: `[tokens, width]`, and the rows touched.
    package func chosenRows(_ choices: BlockChoices, reading: Tensor, writing: Tensor) -> (Tensor, ChosenRowCount) {
        let width = shape.last ?? 1
        let tokens = count / max(1, width)
        precondition(choices.rows == tokens, "choices of \(choices.rows) rows for \(tokens) tokens")
        let rowBytes = reading.dtype.byteCount(of: width)
        // About 64 KiB of each matrix a task.
        let chunk = max(1, (1 << 16) / max(1, rowBytes))
        let chunks = max(1, (choices.blocks + chunk - 1) / chunk)
        let x = floats
        let partial = MutableFloats(scratch: tokens * chunks * width)
        let read = Atomic<Int>(0)
        let written = Atomic<Int>(0)
        WorkerPool.forEach(tokens * chunks) { task in
            let (token, part) = (task / chunks, task % chunks)
            let target = partial[task * width..<(task + 1) * width]
            target.fill(0)
            let counted = Kernels.blockDecode(
                x[token * width..<(token + 1) * width], reading: reading, writing: writing, choices: choices,
                row: token, blocks: part * chunk..<min(choices.blocks, (part + 1) * chunk), into: target)
            read.wrappingAdd(counted.read, ordering: .relaxed)
            written.wrappingAdd(counted.written, ordering: .relaxed)
        }
        let output = Tensor([tokens, width]) { output in
            for token in 0..<tokens {
                let target = output[token * width..<(token + 1) * width]
                target.copy(from: partial[token * chunks * width..<(token * chunks + 1) * width].readable)
                for part in 1..<chunks {
                    let start = (token * chunks + part) * width
                    Kernels.add(target.readable, partial[start..<start + width].readable, into: target)
                }
            }
        }
        return (
            output,
            ChosenRowCount(read: read.load(ordering: .relaxed), written: written.load(ordering: .relaxed))
        )
    }

    /// `x·W` with a row of W for each input: `[..., outputs]` for `[..., inputs]` by `[inputs, outputs]` of any storage type.
    package func timesRows(_ weight: Tensor) -> Tensor {
        precondition(weight.shape.count == 2 && shape.last == weight.shape[0], "x \(shape) by rows \(weight.shape)")
        let (inputs, outputs) = (weight.shape[0], weight.shape[1])
        let rows = count / max(1, inputs)
        let outputShape = shape.dropLast() + [outputs]
        let kept = weight.isDifferentiable ? detached : nil
        let (stored, inputShape, needsX) = (weight.detached, shape, isDifferentiable)
        return detached.timesWeight(stored).reshaped(Array(outputShape)).recorded(from: [self, weight]) { gradient in
            let toX = needsX ? gradient.linear(stored).reshaped(inputShape) : nil
            return [toX, kept.map { $0.outerProduct(with: gradient, rows: rows) }]
        }
    }
}
