import CKernels
import Testing

/// The float32 product: one side in place at any stride, the other in place or packed.
@Suite struct KernelsFloatProductTests {
    /// Shapes that meet every tile and every remainder, and more than one depth.
    static let shapes = [
        (1, 1, 1), (1, 33, 7), (4, 32, 64), (5, 31, 65), (8, 17, 8), (12, 64, 1), (13, 65, 100), (25, 70, 520),
        (16, 15, 33),
        (37, 40, 9), (3, 96, 300), (0, 5, 5), (5, 0, 5), (3, 5, 0),
    ]

    /// op(a)·op(b) where a lies by rows or columns, 3 elements apart in its short direction, and b is in place or packed.
    private func product(
        _ kernels: ck_kernels, _ problem: (rows: Int, columns: Int, inputs: Int), a: [Float], b: [Float],
        leftAcross: Bool, packed: Bool, factor: Float, bias: [Float]?, onto before: [Float]?
    ) throws -> [Float] {
        let (rows, columns, inputs) = problem
        let (left, right) = try (Guarded(a), Guarded(b))
        let added = try bias.map { try Guarded($0) }
        let y = try Guarded(before ?? [Float](repeating: -7, count: rows * columns))
        let (row, column) = leftAcross ? (1, rows) : (inputs, 1)
        guard packed else {
            unsafe kernels.f32_product(
                left.start, row, column, right.start, columns, 32, rows, columns, inputs, factor, added?.start,
                before != nil, y.start, columns)
            return y.values
        }
        let panels = try Guarded([Float](repeating: .nan, count: ck_f32_packed_bytes(columns, inputs) / 4))
        unsafe kernels.f32_pack(CK_F32, right.start, columns, true, columns, inputs, panels.start)
        unsafe kernels.f32_product(
            left.start, row, column, panels.start, 32, 32 * inputs, rows, columns, inputs, factor, added?.start,
            before != nil, y.start, columns)
        return y.values
    }

    @Test(arguments: KernelTable.all, [false, true])
    func `agrees with the reference`(table: KernelTable, packed: Bool) throws {
        var random = KernelRandom(51)
        for (index, (rows, columns, inputs)) in Self.shapes.enumerated() {
            let (a, b) = (random.floats(rows * inputs), random.floats(columns * inputs))
            let bias = index % 2 == 0 ? random.floats(columns) : nil
            let before = index % 3 == 0 ? random.floats(rows * columns) : nil
            let factor: Float = index % 4 == 1 ? -0.5 : 1
            for leftAcross in [false, true] {
                let found = try unsafe product(
                    table.kernels, (rows, columns, inputs), a: a, b: b, leftAcross: leftAcross, packed: packed,
                    factor: factor, bias: bias, onto: before)
                let expected = try unsafe product(
                    KernelTable.reference, (rows, columns, inputs), a: a, b: b, leftAcross: leftAcross, packed: packed,
                    factor: factor, bias: bias, onto: before)

                expectClose(
                    found, expected, absolute: 4e-7 * Float(inputs + 8), relative: 1e-6,
                    "\(rows) × \(columns) × \(inputs), left across \(leftAcross)")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `an element depends neither on the tile nor on the packing nor on the side's layout`(table: KernelTable) throws
    {
        var random = KernelRandom(52)
        let (rows, columns, inputs) = (30, 75, 600)
        let (a, b) = (random.floats(rows * inputs), random.floats(columns * inputs))
        let across = (0..<rows * inputs).map { a[$0 % rows * inputs + $0 / rows] }
        let whole = try unsafe product(
            table.kernels, (rows, columns, inputs), a: a, b: b, leftAcross: false, packed: false, factor: 1, bias: nil,
            onto: nil)

        for packed in [false, true] {
            let other = try unsafe product(
                table.kernels, (rows, columns, inputs), a: across, b: b, leftAcross: true, packed: packed, factor: 1,
                bias: nil, onto: nil)
            #expect(bits(other) == bits(whole))
        }
        for row in [0, 7, 29] {
            for first in [0, 32, 70] {
                let width = min(9, columns - first)
                let some = (0..<inputs).flatMap { b[$0 * columns + first..<$0 * columns + first + width] }
                let tile = try unsafe product(
                    table.kernels, (1, width, inputs), a: Array(a[row * inputs..<(row + 1) * inputs]), b: some,
                    leftAcross: false, packed: false, factor: 1, bias: nil, onto: nil)
                #expect(bits(tile) == bits(Array(whole[row * columns + first..<row * columns + first + width])))
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `pieces of the inner length, whole depths long, change no bit`(table: KernelTable) throws {
        var random = KernelRandom(53)
        let (rows, columns, inputs) = (5, 40, 700)
        let (a, b) = (random.floats(rows * inputs), random.floats(columns * inputs))
        let whole = try unsafe product(
            table.kernels, (rows, columns, inputs), a: a, b: b, leftAcross: false, packed: false, factor: 1, bias: nil,
            onto: nil)
        guard table.name != "reference" else { return }  // adds in double, once

        var pieces: [Float]?
        for (start, end) in [(0, 256), (256, 512), (512, 700)] {
            let part = (0..<rows).flatMap { a[$0 * inputs + start..<$0 * inputs + end] }
            pieces = try unsafe product(
                table.kernels, (rows, columns, end - start), a: part, b: Array(b[start * columns..<end * columns]),
                leftAcross: false, packed: false, factor: 1, bias: nil, onto: pieces)
        }

        #expect(bits(try #require(pieces)) == bits(whole))
    }

    @Test(arguments: KernelTable.all, [CK_F32, CK_F16, CK_BF16, CK_Q8_0, CK_Q4_0])
    func `packs bit for bit as the reference`(table: KernelTable, dtype: ck_dtype) throws {
        var random = KernelRandom(54)
        for (lines, inputs) in [(0, 32), (1, 32), (12, 32), (13, 288), (32, 544), (33, 320), (70, 32)] {
            for across in [false, true] {
                let stride = across ? (lines + 31) / 32 * 32 : inputs
                let depth = across ? inputs - 1 : ck_block(dtype) == 1 ? inputs - 3 : inputs
                let values = random.floats(stride * (across ? depth : lines))
                var stored = [UInt8](repeating: 0, count: ck_bytes(dtype, values.count))
                unsafe KernelTable.reference.from_f32(dtype, values, &stored, values.count)
                let source = try Guarded(stored)
                let empty = [Float](repeating: .nan, count: ck_f32_packed_bytes(lines, depth) / 4)
                let (found, expected) = try (Guarded(empty), Guarded(empty))

                unsafe table.kernels.f32_pack(dtype, source.start, stride, across, lines, depth, found.start)
                unsafe KernelTable.reference.f32_pack(dtype, source.start, stride, across, lines, depth, expected.start)

                #expect(bits(found.values) == bits(expected.values), "\(lines) × \(depth), across \(across)")
            }
        }
    }
}
