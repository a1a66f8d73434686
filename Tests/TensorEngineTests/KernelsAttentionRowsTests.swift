import CKernels
import Testing

/// The rows of a tile of attention scores: softmax over what is visible, and the way back.
@Suite struct KernelsAttentionRowsTests {
    /// Rows of 37 keys from key 5 on: all visible, none, one, and parts that begin or end outside of the tile.
    static let first: [Int32] = [0, 9, 20, 0, 30, 41]
    static let end: [Int32] = [99, 9, 21, 23, 60, 42]

    @Test(arguments: KernelTable.all, [false, true])
    func `agree with the reference`(table: KernelTable, masked: Bool) throws {
        var random = KernelRandom(61)
        let (rows, keys, low) = (Self.first.count, 37, 5)
        let values = random.floats(rows * keys, in: -4...4)
        let run = { (kernels: ck_kernels) throws -> ([Float], [Float]) in
            let (scores, sums) = try (Guarded(values), Guarded([Float](repeating: 7, count: rows)))
            let (first, end) = try (Guarded(Self.first), Guarded(Self.end))
            unsafe kernels.attention_rows(
                scores.start, rows, keys, masked ? first.start : nil, masked ? end.start : nil, low, sums.start)
            return (scores.values, sums.values)
        }

        let (found, expected) = try unsafe (run(table.kernels), run(KernelTable.reference))

        expectClose(found.0, expected.0, absolute: 1e-6, relative: 2e-6)
        expectClose(found.1, expected.1, absolute: 1e-5, relative: 2e-6)
        if masked { #expect(found.1[1] == -.infinity && found.0[keys..<2 * keys].allSatisfy { $0 == 0 }) }
    }

    @Test(arguments: KernelTable.all, [false, true])
    func `go back as the reference`(table: KernelTable, masked: Bool) throws {
        var random = KernelRandom(62)
        let (rows, keys, low, width, stride) = (Self.first.count, 37, 5, 19, 23)
        let (scores, gradients) = (random.floats(rows * keys), random.floats(rows * keys))
        let (o, g) = (random.floats((rows - 1) * stride + width), random.floats((rows - 1) * stride + width))
        let sums = (0..<rows).map { masked && $0 == 1 ? -Float.infinity : Float($0) * 0.3 + 3 }
        let run = { (kernels: ck_kernels) throws -> ([Float], [Float]) in
            let (p, dp) = try (Guarded(scores), Guarded(gradients))
            let (first, end) = try (Guarded(Self.first), Guarded(Self.end))
            let (left, right, logs) = try (Guarded(o), Guarded(g), Guarded(sums))
            unsafe kernels.attention_rows_backward(
                p.start, dp.start, rows, keys, masked ? first.start : nil, masked ? end.start : nil, low, logs.start,
                left.start, stride, right.start, stride, width)
            return (p.values, dp.values)
        }

        let (found, expected) = try unsafe (run(table.kernels), run(KernelTable.reference))

        expectClose(found.0, expected.0, absolute: 1e-6, relative: 2e-6)
        expectClose(found.1, expected.1, absolute: 4e-6, relative: 4e-6)
    }
}
