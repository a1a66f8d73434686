import CKernels
import Testing

@Suite struct KernelsOptimiserTests {
    @Test(arguments: KernelTable.all)
    func `AdamW and Lion agree with the reference`(table: KernelTable) throws {
        var random = KernelRandom(21)
        for count in kernelCounts {
            let (p, g, m) = (random.floats(count), try Guarded(random.floats(count)), random.floats(count))
            let v = random.floats(count, in: 0...1)
            let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                let (p1, m1, v1) = try (Guarded(p), Guarded(m), Guarded(v))
                let (p2, m2) = try (Guarded(p), Guarded(m))
                unsafe kernels.adamw(
                    p1.start, g.start, m1.start, v1.start, count, 0.5, 1e-3, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001)
                unsafe kernels.lion(p2.start, g.start, m2.start, count, 0.5, 1e-3, 0.9, 0.99, 0.1)
                return [p1.values, m1.values, v1.values, p2.values, m2.values]
            }

            for (found, expected) in zip(results[0], results[1]) {
                expectClose(found, expected, absolute: 5e-7, relative: 1e-6, "\(count) elements")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `a first step of AdamW moves by the learning rate`(table: KernelTable) throws {
        let (p, g) = try (Guarded<Float>([1, 1, -2]), Guarded<Float>([4, -4, 0]))
        let (m, v) = try (Guarded<Float>([0, 0, 0]), Guarded<Float>([0, 0, 0]))

        unsafe table.kernels.adamw(
            p.start, g.start, m.start, v.start, 3, 1, 0.1, 0.9, 0.999, 1e-8, 0.5, 1 - 0.9, 1 - 0.999)

        // Decay first: 1 − 0.1·0.5 = 0.95 of p; then ∓ lr, for m/c₁ = g and √(v/c₂) = |g|.
        expectClose(p.values, [0.85, 1.05, -1.9], absolute: 1e-5)
    }
}
