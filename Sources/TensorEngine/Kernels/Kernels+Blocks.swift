import CKernels

/// Kernels of one-in-N sparse feed-forwards (`ck_blocks.h`): counts are checked here.
extension Kernels {
    static func blockSoftmax(_ x: Floats, scale: Float, length: Int, into y: MutableFloats) {
        precondition(x.count == y.count && x.count % length == 0)
        unsafe ck_block_softmax(ck_table(), x.pointer, scale, y.pointer, x.count / length, length)
    }

    /// - Parameters:
    ///   - choices: of all rows, blocks `start…` of which belong to `u`; nil for the soft mask `p`.
    static func blockUnits(
        _ u: Floats, probabilities p: Floats?, choices: [Int32]?, from start: Int, length: Int, into z: MutableFloats
    ) {
        let blocks = u.count / length
        precondition(z.count == u.count && (p?.count ?? u.count) == u.count && (p != nil || choices != nil))
        precondition(choices.map { start >= 0 && start + blocks <= $0.count } ?? true)
        unsafe withOptionalPointer(choices) { pointer in
            unsafe ck_block_units(u.pointer, p?.pointer, pointer.map { unsafe $0 + start }, blocks, length, z.pointer)
        }
    }

    static func blockUnitsBackward(
        _ u: Floats, probabilities p: Floats?, choices: [Int32]?, from start: Int, gradient dz: Floats, length: Int,
        intoUnits du: MutableFloats, intoLogits dlogits: MutableFloats?
    ) {
        let blocks = u.count / length
        precondition(dz.count == u.count && du.count == u.count && (dlogits?.count ?? u.count) == u.count)
        precondition((p?.count ?? u.count) == u.count && (p != nil) == (dlogits != nil) && (p != nil || choices != nil))
        precondition(choices.map { start >= 0 && start + blocks <= $0.count } ?? true)
        unsafe withOptionalPointer(choices) { pointer in
            unsafe ck_block_units_backward(
                u.pointer, p?.pointer, pointer.map { unsafe $0 + start }, dz.pointer, blocks, length, du.pointer,
                dlogits?.pointer)
        }
    }

    private static func withOptionalPointer(_ values: [Int32]?, _ body: (UnsafePointer<Int32>?) -> Void) {
        if let values {
            unsafe values.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
        } else {
            body(nil)
        }
    }

    /// The first greatest element of every block of `length`.
    static func blockGreatest(_ x: Floats, length: Int) -> [Int32] {
        let blocks = x.count / length
        return unsafe [Int32](unsafeUninitializedCapacity: blocks) { buffer, count in
            if let base = buffer.baseAddress { unsafe ck_block_greatest(x.pointer, blocks, length, base) }
            count = blocks
        }
    }

    /// A draw from the distribution of every block of `length`, by one uniform number each.
    static func blockDrawn(_ p: Floats, uniforms: Floats, length: Int) -> [Int32] {
        let blocks = p.count / length
        precondition(uniforms.count == blocks)
        return unsafe [Int32](unsafeUninitializedCapacity: blocks) { buffer, count in
            if let base = buffer.baseAddress {
                unsafe ck_block_drawn(p.pointer, uniforms.pointer, blocks, length, base)
            }
            count = blocks
        }
    }

    /// How often each unit was chosen.
    static func blockUsage(_ choices: [Int32], rows: Int, blocks: Int, length: Int) -> [Int] {
        precondition(choices.count == rows * blocks)
        var usage = [Int64](repeating: 0, count: blocks * length)
        unsafe choices.withUnsafeBufferPointer { chosen in
            unsafe usage.withUnsafeMutableBufferPointer { target in
                if let from = chosen.baseAddress, let to = target.baseAddress {
                    unsafe ck_block_count(from, rows, blocks, length, to)
                }
            }
        }
        return usage.map(Int.init)
    }

    /// `y += Σ max(0, x·R[n])·W[n]` over the chosen units of blocks `range`; how many rows of each were touched.
    ///
    /// - Parameters:
    ///   - choices: of the row's blocks, starting at `row·blocks` of all.
    static func blockDecode(
        _ x: Floats, reading: Tensor, writing: Tensor, choices: BlockChoices, row: Int, blocks range: Range<Int>,
        into y: MutableFloats
    ) -> (read: Int, written: Int) {
        let width = x.count
        let units = choices.blocks * choices.length
        precondition(reading.shape == [units, width] && writing.shape == [units, width] && y.count == width)
        precondition(reading.dtype == writing.dtype && range.lowerBound >= 0 && range.upperBound <= choices.blocks)
        precondition((row + 1) * choices.blocks <= choices.indices.count)
        let counted = unsafe choices.indices.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return ck_row_count(read: 0, written: 0) }
            return unsafe ck_block_decode(
                ck_table(), reading.dtype.code, x.pointer, reading.storage.base + reading.byteOffset,
                writing.storage.base + writing.byteOffset, width, base + row * choices.blocks, range.lowerBound,
                range.count, choices.length, y.pointer)
        }
        return (Int(counted.read), Int(counted.written))
    }
}
