import CKernels
import Testing

/// Weights of one type that end where an unreadable page begins, optionally at an odd address.
private struct StoredWeights {
    let bytes: Guarded<UInt8>
    let dtype: ck_dtype
    let shift: Int

    init(_ values: [Float], _ dtype: ck_dtype, shift: Int = 0) throws {
        var stored = [UInt8](repeating: 0, count: ck_bytes(dtype, values.count))
        unsafe KernelTable.reference.from_f32(dtype, values, &stored, values.count)
        bytes = try Guarded(stored + [UInt8](repeating: 0, count: shift))
        self.dtype = dtype
        self.shift = shift
    }

    var start: UnsafeRawPointer { unsafe UnsafeRawPointer(bytes.start) }
}

private let dtypes: [ck_dtype] = [CK_F32, CK_F16, CK_BF16, CK_Q8_0, CK_Q4_0]

@Suite struct KernelsProductTests {
    /// x·Wᵀ + bias for `rows` rows, each `inputs` + 2 apart, results `outputs` + 1 apart.
    private func product(
        _ kernels: ck_kernels, x: Guarded<Float>, rows: Int, weights: StoredWeights, outputs: Int, inputs: Int,
        bias: Guarded<Float>?
    ) throws -> [Float] {
        let y = try Guarded([Float](repeating: -7, count: max(0, rows * (outputs + 1) - 1)))
        unsafe kernels.rows_times_weights(
            weights.dtype, x.start, rows, inputs + 2, weights.start, outputs, inputs, bias?.start, y.start, outputs + 1)
        return y.values
    }

    @Test(arguments: KernelTable.all, dtypes)
    func `few rows agree with the reference`(table: KernelTable, dtype: ck_dtype) throws {
        var random = KernelRandom(41)
        for inputs in kernelCounts where inputs % ck_block(dtype) == 0 {
            for outputs in [0, 1, 2, 3, 4, 5, 8, 11, 25] {
                let weights = try StoredWeights(random.floats(outputs * inputs), dtype, shift: outputs % 2)
                let bias = outputs % 3 == 0 ? nil : try Guarded(random.floats(outputs))
                for rows in [0, 1, 2, 3, 4, 5, 7, 8, 9, 19] {
                    let x = try Guarded(random.floats(max(0, rows * (inputs + 2) - 2)))

                    let found = try unsafe product(
                        table.kernels, x: x, rows: rows, weights: weights, outputs: outputs, inputs: inputs, bias: bias)
                    let expected = try unsafe product(
                        KernelTable.reference, x: x, rows: rows, weights: weights, outputs: outputs, inputs: inputs,
                        bias: bias)

                    expectClose(
                        found, expected, absolute: 4e-7 * Float(inputs + 4), relative: 1e-6,
                        "\(rows) rows, \(outputs) outputs, \(inputs) inputs")
                }
            }
        }
    }

    @Test(arguments: KernelTable.all, dtypes)
    func `a value depends neither on the rows nor on the outputs of the call`(
        table: KernelTable, dtype: ck_dtype
    ) throws {
        var random = KernelRandom(42)
        let (outputs, inputs, rows) = (29, dtype == CK_Q8_0 || dtype == CK_Q4_0 ? 96 : 91, 17)
        let weights = try StoredWeights(random.floats(outputs * inputs), dtype)
        let x = try Guarded(random.floats(rows * inputs))
        var single = [Float](repeating: 0, count: rows * outputs)
        for row in 0..<rows {
            for output in 0..<outputs {
                var value = Float(0)
                unsafe table.kernels.rows_times_weights(
                    dtype, x.start + row * inputs, 1, inputs, weights.start + output * ck_bytes(dtype, inputs), 1,
                    inputs, nil, &value, 1)
                single[row * outputs + output] = value
            }
        }

        for together in 1...rows {
            let y = try Guarded([Float](repeating: 0, count: together * outputs))
            unsafe table.kernels.rows_times_weights(
                dtype, x.start, together, inputs, weights.start, outputs, inputs, nil, y.start, outputs)
            #expect(bits(y.values) == bits(Array(single.prefix(together * outputs))))
        }
    }

    // MARK: - the packed bf16 product

    /// Packs both sides (b as rows or as columns of its source) and multiplies.
    private func packedProduct(
        _ kernels: ck_kernels, a: [Float], b: [Float], dtype: ck_dtype, across: Bool, rows: Int, outputs: Int,
        inputs: Int, onto before: [Float]? = nil
    ) throws -> [Float] {
        let left = try Guarded(a)
        let right = try StoredWeights(b, dtype)
        let packedA = try Guarded([UInt8](repeating: 0xFF, count: ck_bf16_packed_bytes(12, rows, inputs)))
        let packedB = try Guarded([UInt8](repeating: 0xFF, count: ck_bf16_packed_bytes(32, outputs, inputs)))
        let y = try Guarded(before ?? [Float](repeating: -7, count: rows * outputs))
        unsafe kernels.bf16_pack(CK_F32, left.start, inputs, false, rows, inputs, 12, packedA.start)
        unsafe kernels.bf16_pack(
            dtype, right.start, across ? outputs : inputs, across, outputs, inputs, 32, packedB.start)
        unsafe kernels.bf16_gemm(
            packedA.start, packedB.start, rows, outputs, inputs, before != nil, nil, y.start, outputs)
        return y.values
    }

    @Test(arguments: KernelTable.all, dtypes)
    func `packs bit for bit as the reference`(table: KernelTable, dtype: ck_dtype) throws {
        var random = KernelRandom(43)
        for (lines, inputs) in [(0, 32), (1, 32), (11, 64), (12, 32), (13, 288), (32, 544), (33, 320), (70, 32)] {
            for across in [false, true] {
                // Across, the source's rows are the lines' direction: make them whole blocks.
                let stride = across ? (lines + 31) / 32 * 32 : inputs
                let depth = across ? inputs - 1 : ck_block(dtype) == 1 ? inputs - 3 : inputs
                let source = try StoredWeights(random.floats(stride * (across ? depth : lines)), dtype)
                for panel in [12, 32] {
                    let empty = [UInt8](repeating: 0xEE, count: ck_bf16_packed_bytes(panel, lines, depth))
                    let (found, expected) = try (Guarded(empty), Guarded(empty))

                    unsafe table.kernels.bf16_pack(
                        dtype, source.start, stride, across, lines, depth, panel, found.start)
                    unsafe KernelTable.reference.bf16_pack(
                        dtype, source.start, stride, across, lines, depth, panel, expected.start)

                    #expect(found.values == expected.values, "\(lines) × \(depth), across \(across), panel \(panel)")
                }
            }
        }
    }

    @Test(arguments: KernelTable.all, [false, true])
    func `the packed product agrees with the reference`(table: KernelTable, across: Bool) throws {
        var random = KernelRandom(44)
        for (rows, outputs, inputs) in [
            (1, 1, 1), (1, 33, 7), (4, 32, 64), (5, 31, 65), (8, 17, 8), (12, 64, 1), (13, 65, 100), (25, 70, 2500),
            (0, 5, 5), (5, 0, 5), (3, 5, 0),
        ] {
            let (a, b) = (random.floats(rows * inputs), random.floats(outputs * inputs))
            for dtype in [CK_F32, CK_BF16] {
                let before = rows % 2 == 0 ? random.floats(rows * outputs) : nil

                let found = try unsafe packedProduct(
                    table.kernels, a: a, b: b, dtype: dtype, across: across, rows: rows, outputs: outputs,
                    inputs: inputs, onto: before)
                let expected = try unsafe packedProduct(
                    KernelTable.reference, a: a, b: b, dtype: dtype, across: across, rows: rows, outputs: outputs,
                    inputs: inputs, onto: before)

                expectClose(
                    found, expected, absolute: 1e-7 * Float(inputs + 8), relative: 1e-6,
                    "\(rows) × \(outputs) × \(inputs)")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `an element of the packed product does not depend on the tile`(table: KernelTable) throws {
        var random = KernelRandom(45)
        let (rows, outputs, inputs) = (30, 75, 2100)
        let (a, b) = (random.floats(rows * inputs), random.floats(outputs * inputs))
        let whole = try unsafe packedProduct(
            table.kernels, a: a, b: b, dtype: CK_F32, across: false, rows: rows, outputs: outputs, inputs: inputs)

        for (firstRow, someRows, firstOutput, someOutputs) in [(0, 7, 0, 75), (7, 1, 3, 40), (5, 25, 70, 5)] {
            let tile = try unsafe packedProduct(
                table.kernels, a: Array(a[(firstRow * inputs)...].prefix(someRows * inputs)),
                b: Array(b[(firstOutput * inputs)...].prefix(someOutputs * inputs)), dtype: CK_F32, across: false,
                rows: someRows, outputs: someOutputs, inputs: inputs)
            for row in 0..<someRows {
                let expected = whole[((firstRow + row) * outputs + firstOutput)...].prefix(someOutputs)
                #expect(bits(Array(tile[(row * someOutputs)...].prefix(someOutputs))) == bits(Array(expected)))
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `a packed side can be entered at any panel`(table: KernelTable) throws {
        var random = KernelRandom(46)
        let (rows, outputs, inputs) = (12, 96, 33)
        let (a, b) = (random.floats(rows * inputs), random.floats(outputs * inputs))
        let whole = try unsafe packedProduct(
            table.kernels, a: a, b: b, dtype: CK_F32, across: false, rows: rows, outputs: outputs, inputs: inputs)
        let (left, right) = try (Guarded(a), Guarded(b))
        let packedA = try Guarded([UInt8](repeating: 0, count: ck_bf16_packed_bytes(12, rows, inputs)))
        let packedB = try Guarded([UInt8](repeating: 0, count: ck_bf16_packed_bytes(32, outputs, inputs)))
        let y = try Guarded([Float](repeating: 0, count: rows * 32))

        unsafe table.kernels.bf16_pack(CK_F32, left.start, inputs, false, rows, inputs, 12, packedA.start)
        unsafe table.kernels.bf16_pack(CK_F32, right.start, inputs, false, outputs, inputs, 32, packedB.start)
        unsafe table.kernels.bf16_gemm(
            packedA.start, packedB.start + ck_bf16_packed_bytes(32, 64, inputs), rows, 32, inputs, false, nil, y.start,
            32)

        for row in 0..<rows {
            #expect(Array(y.values[(row * 32)...].prefix(32)) == Array(whole[(row * outputs + 64)...].prefix(32)))
        }
    }
}
