import CKernels
import Foundation
import Testing

private let dtypes: [ck_dtype] = [CK_F32, CK_F16, CK_BF16, CK_Q8_0, CK_Q4_0]

@Suite struct KernelsConversionTests {
    @Test func `tells the bytes and the block of every type`() {
        #expect(dtypes.map { ck_bytes($0, 64) } == [256, 128, 128, 68, 36])
        #expect(dtypes.map { ck_block($0) } == [1, 1, 1, 32, 32])
        #expect(dtypes.allSatisfy { ck_bytes($0, 0) == 0 })
    }

    @Test(arguments: KernelTable.all)
    func `decodes every half exactly`(table: KernelTable) throws {
        let halves = try Guarded((0...UInt16.max).map { $0 })
        let (f16, bf16) = try (
            Guarded([Float](repeating: 0, count: 65536)), Guarded([Float](repeating: 0, count: 65536))
        )

        unsafe table.kernels.to_f32(CK_F16, halves.start, f16.start, 65536)
        unsafe table.kernels.to_f32(CK_BF16, halves.start, bf16.start, 65536)

        let (decoded, brain) = (f16.values, bf16.values)
        for pattern in 0...UInt16.max {
            let magnitude = pattern & 0x7FFF
            let exponent = Int(magnitude >> 10)
            let fraction = Float(magnitude & 0x3FF) / 1024
            let size: Float =
                exponent == 0
                ? fraction * 0x1p-14
                : exponent == 31
                    ? (fraction == 0 ? .infinity : .nan) : (1 + fraction) * Float(exp2(Double(exponent - 15)))
            let found = decoded[Int(pattern)]
            if size.isNaN {
                #expect(found.isNaN)
            } else if found != (pattern < 0x8000 ? size : -size) || (found.sign == .minus) != (pattern >= 0x8000) {
                Issue.record("half \(pattern) decoded to \(found)")
            }
            if brain[Int(pattern)].bitPattern != UInt32(pattern) << 16 && magnitude <= 0x7F80 {
                Issue.record("bf16 \(pattern) decoded to \(brain[Int(pattern)])")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `rounds halves to nearest even and back`(table: KernelTable) throws {
        let values: [Float] = [
            1, 1 + 0x1p-11, 1 + 3 * 0x1p-11, 1 + 0x1.8p-11, 65504, 65519.99, 65520, -65520, 1e-8, 0x1p-24, 0x1p-25,
            0x1.8p-24, -0.0, .infinity, -.infinity, 0x1p-14, 6.1e-5, 3e38,
        ]
        let f16: [UInt16] = [
            0x3C00, 0x3C00, 0x3C02, 0x3C01, 0x7BFF, 0x7BFF, 0x7C00, 0xFC00, 0, 1, 0, 2, 0x8000, 0x7C00, 0xFC00, 0x0400,
            0x03FF, 0x7C00,
        ]
        let brain: [Float] = [1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1.01p-8, 3.4e38, -0.0, .infinity]
        let bf16: [UInt16] = [0x3F80, 0x3F82, 0x3F81, 0x7F80, 0x8000, 0x7F80]
        let (input, brainInput) = try (Guarded(values), Guarded(brain))
        let output = try Guarded([UInt16](repeating: 0, count: values.count))
        let brainOutput = try Guarded([UInt16](repeating: 0, count: brain.count))

        unsafe table.kernels.from_f32(CK_F16, input.start, output.start, values.count)
        unsafe table.kernels.from_f32(CK_BF16, brainInput.start, brainOutput.start, brain.count)

        #expect(output.values == f16)
        #expect(brainOutput.values == bf16)
    }

    @Test(arguments: KernelTable.all, [CK_F16, CK_BF16])
    func `keeps a NaN a NaN`(table: KernelTable, dtype: ck_dtype) throws {
        let input = try Guarded<Float>([.nan, -.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFFF_FFFF)])
        let stored = try Guarded<UInt16>([0, 0, 0, 0])
        let output = try Guarded<Float>([0, 0, 0, 0])

        unsafe table.kernels.from_f32(dtype, input.start, stored.start, 4)
        unsafe table.kernels.to_f32(dtype, stored.start, output.start, 4)

        #expect(output.values.allSatisfy { $0.isNaN })
    }

    @Test(arguments: KernelTable.all)
    func `stores blocks as computed by hand`(table: KernelTable) throws {
        // q8_0: largest magnitude 127 → scale 1, values unchanged, halves rounded away from zero.
        var ones = (0..<32).map { Float($0) }
        ones[5] = -127
        ones[6] = 2.5
        ones[7] = -2.5
        // q4_0: the extreme −8 gives scale 1; the extreme +8 gives scale −1.
        var negative = (0..<32).map { Float($0 % 15) - 7 }
        negative[9] = -8
        let positive = negative.map { -$0 }
        let input = try Guarded(ones + negative + positive)
        let eight = try Guarded([UInt8](repeating: 0xEE, count: 34))
        let four = try Guarded([UInt8](repeating: 0xEE, count: 36))

        unsafe table.kernels.from_f32(CK_Q8_0, input.start, eight.start, 32)
        unsafe table.kernels.from_f32(CK_Q4_0, input.start + 32, four.start, 64)

        var quants = (0..<32).map { UInt8($0) }
        quants[5] = UInt8(bitPattern: -127)
        quants[6] = 3
        quants[7] = UInt8(bitPattern: -3)
        #expect(eight.values == [0x00, 0x3C] + quants)
        let nibbles = negative.map { UInt8(Int($0) + 8) }
        let packed = (0..<16).map { nibbles[$0] | nibbles[$0 + 16] << 4 }
        #expect(four.values == [0x00, 0x3C] + packed + [0x00, 0xBC] + packed)
    }

    @Test(arguments: KernelTable.all, [CK_Q8_0, CK_Q4_0])
    func `stores a block of zeros as zeros and an unfit block as NaN`(table: KernelTable, dtype: ck_dtype) throws {
        var values = [Float](repeating: 0, count: 96)
        values[40] = .infinity
        values[70] = .nan
        let input = try Guarded(values)
        let stored = try Guarded([UInt8](repeating: 1, count: ck_bytes(dtype, 96)))
        let output = try Guarded([Float](repeating: 7, count: 96))

        unsafe table.kernels.from_f32(dtype, input.start, stored.start, 96)
        unsafe table.kernels.to_f32(dtype, stored.start, output.start, 96)

        #expect(output.values[..<32].allSatisfy { $0 == 0 })
        #expect(output.values[32...].allSatisfy { $0.isNaN })
    }

    @Test(arguments: KernelTable.all, dtypes)
    func `converts bit for bit as the reference`(table: KernelTable, dtype: ck_dtype) throws {
        var random = KernelRandom(31)
        for count in kernelCounts where count % ck_block(dtype) == 0 {
            for range: ClosedRange<Float> in [-2...2, -1e-6...1e-6, -0x1p-140...0x1p-140, -3e5...1e5] {
                let input = try Guarded(random.floats(count, in: range))
                let empty = [UInt8](repeating: 0, count: ck_bytes(dtype, count))
                let (found, expected) = try (Guarded(empty), Guarded(empty))
                let (decoded, plain) = try (Guarded(input.values), Guarded(input.values))

                unsafe table.kernels.from_f32(dtype, input.start, found.start, count)
                unsafe KernelTable.reference.from_f32(dtype, input.start, expected.start, count)
                unsafe table.kernels.to_f32(dtype, found.start, decoded.start, count)
                unsafe KernelTable.reference.to_f32(dtype, found.start, plain.start, count)

                #expect(found.values == expected.values)
                #expect(bits(decoded.values) == bits(plain.values))
            }
        }
    }

    /// The error of one value is at most half a step (q8_0) or one step (q4_0, whose positive end is cut off).
    @Test(arguments: KernelTable.all)
    func `quantises within a step`(table: KernelTable) throws {
        var random = KernelRandom(32)
        let input = try Guarded(random.floats(32 * 50))
        for (dtype, step) in [(CK_Q8_0, Float(0.51) / 127), (CK_Q4_0, Float(1.01) / 8)] {
            let stored = try Guarded([UInt8](repeating: 0, count: ck_bytes(dtype, input.count)))
            let output = try Guarded(input.values)

            unsafe table.kernels.from_f32(dtype, input.start, stored.start, input.count)
            unsafe table.kernels.to_f32(dtype, stored.start, output.start, input.count)

            expectClose(output.values, input.values, absolute: 2 * step)
        }
    }
}
