import CKernels
import Testing

/// The loops over blocks, with the kernels of every table.
@Suite struct KernelsBlockTests {
    @Test(arguments: KernelTable.all, [1, 2, 7, 8, 16, 33])
    func `softmax of blocks is that of each block`(table: KernelTable, length: Int) throws {
        var random = KernelRandom(21)
        let x = try Guarded(random.floats(5 * length, in: -4...4))
        let (y, expected) = try (Guarded(x.values), Guarded(x.values))
        var kernels = unsafe table.kernels

        unsafe ck_block_softmax(&kernels, x.start, 0.7, y.start, 5, length)
        for block in 0..<5 {
            _ = unsafe KernelTable.reference.softmax(
                x.start + block * length, 0.7, expected.start + block * length, length)
        }

        expectClose(y.values, expected.values, absolute: 1e-9, relative: 4e-6, "length \(length)")
    }

    @Test(arguments: KernelTable.all, [8, 30, 64, 300])
    func `decoding agrees with a plain loop and reads nothing else`(table: KernelTable, width: Int) throws {
        var random = KernelRandom(22)
        let (blocks, length) = (6, 4)
        let x = try Guarded(random.floats(width))
        let choices = try Guarded<Int32>([0, 3, 1, 2, 3, 3])
        // Rows that are not chosen are not numbers.
        var (reading, writing) = ([Float](), [Float]())
        for unit in 0..<blocks * length {
            let isChosen = unit % length == Int(choices.values[unit / length])
            reading += isChosen ? random.floats(width) : [Float](repeating: .nan, count: width)
            writing += isChosen ? random.floats(width) : [Float](repeating: .nan, count: width)
        }
        let (read, write) = try (Guarded(reading), Guarded(writing))
        let y = try Guarded([Float](repeating: 0.5, count: width))
        var kernels = unsafe table.kernels

        // Blocks 1 to 4 of 6.
        let rows = unsafe ck_block_decode(
            &kernels, CK_F32, x.start, read.start, write.start, width, choices.start, 1, 4, length, y.start)

        var expected = [Double](repeating: 0.5, count: width)
        for block in 1..<5 {
            let start = (block * length + Int(choices.values[block])) * width
            let product = (0..<width).reduce(0.0) { $0 + Double(x.values[$1]) * Double(reading[start + $1]) }
            for index in 0..<width { expected[index] += max(0, product) * Double(writing[start + index]) }
        }
        #expect(rows.read == 4 && rows.written == 4)
        expectClose(y.values, expected.map(Float.init), absolute: 2e-5, relative: 2e-5, "width \(width)")
    }

    @Test func `draws follow the distribution's inverse`() {
        let p: [Float] = [0.25, 0.25, 0.5, 0, 1, 0, 0, 0.5, 0.5]
        var choices = [Int32](repeating: -1, count: 3)

        unsafe ck_block_drawn(p, [0.3, 0.999, 0], 3, 3, &choices)

        #expect(choices == [1, 1, 1])
        unsafe ck_block_drawn(p, [0.5, 0, 0.9999999], 3, 3, &choices)
        #expect(choices == [2, 1, 2])
    }

    @Test func `usage is counted over rows`() {
        var usage = [Int64](repeating: 0, count: 6)

        unsafe ck_block_count([0, 2, 0, 1], 2, 2, 3, &usage)

        #expect(usage == [2, 0, 0, 0, 1, 1])
    }
}
