import CKernels
import Foundation
import Testing

private typealias Unary = @convention(c) (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
private typealias Binary =
    @convention(c) (UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void

/// One slot, how it is called, and how far it may lie from the reference (absolute + relative·|value|).
@safe private struct ElementwiseCase: Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: Int
    let absolute: Float
    let relative: Float
    let slot: @Sendable (ck_kernels, [UnsafePointer<Float>], UnsafeMutablePointer<Float>, Int) -> Void
    var testDescription: String { name }

    static func unary(
        _ name: String, absolute: Float = 0, relative: Float = 0, _ slot: @escaping @Sendable (ck_kernels) -> Unary?
    ) -> Self {
        unsafe Self(name: name, inputs: 1, absolute: absolute, relative: relative) {
            unsafe slot($0)?($1[0], $2, $3)
        }
    }

    static func binary(
        _ name: String, absolute: Float = 0, relative: Float = 0, _ slot: @escaping @Sendable (ck_kernels) -> Binary?
    ) -> Self {
        unsafe Self(name: name, inputs: 2, absolute: absolute, relative: relative) {
            unsafe slot($0)?($1[0], $1[1], $2, $3)
        }
    }
}

/// 2⁻²³, the spacing of floats at 1.
private let ulp: Float = 0x1p-23

private let elementwiseCases: [ElementwiseCase] = [
    unsafe .binary("add") { unsafe $0.add },
    unsafe .binary("subtract") { unsafe $0.subtract },
    unsafe .binary("multiply") { unsafe $0.multiply },
    unsafe .binary("multiply_add", absolute: 1e-6, relative: ulp) { unsafe $0.multiply_add },
    unsafe .unary("exponential", absolute: 0x1p-149, relative: 2 * ulp) { unsafe $0.exponential },
    unsafe .unary("relu") { unsafe $0.relu },
    unsafe .binary("relu_backward") { unsafe $0.relu_backward },
    unsafe .unary("gelu", absolute: 1e-6, relative: 4e-7) { unsafe $0.gelu },
    unsafe .binary("gelu_backward", absolute: 8e-6, relative: 4e-6) { unsafe $0.gelu_backward },
    unsafe .unary("gelu_tanh", absolute: 2e-7, relative: 1e-6) { unsafe $0.gelu_tanh },
    unsafe .binary("gelu_tanh_backward", absolute: 8e-6, relative: 4e-6) { unsafe $0.gelu_tanh_backward },
    unsafe .unary("quick_gelu", absolute: 2e-7, relative: 1e-6) { unsafe $0.quick_gelu },
    unsafe .binary("quick_gelu_backward", absolute: 8e-6, relative: 4e-6) { unsafe $0.quick_gelu_backward },
    unsafe .unary("silu", absolute: 1e-7, relative: 1e-6) { unsafe $0.silu },
    unsafe .binary("silu_backward", absolute: 8e-6, relative: 4e-6) { unsafe $0.silu_backward },
    unsafe .unary("sigmoid", absolute: 1e-38, relative: 4 * ulp) { unsafe $0.sigmoid },
    unsafe .unary("tanh", relative: 4 * ulp) { unsafe $0.tanh_ },
    unsafe .binary("swiglu", absolute: 4e-7, relative: 1e-6) { unsafe $0.swiglu },
]

@Suite struct KernelsElementwiseTests {
    @Test(arguments: KernelTable.all, elementwiseCases)
    private func `agrees with the reference at every count`(table: KernelTable, test: ElementwiseCase) throws {
        var random = KernelRandom(1)
        for count in kernelCounts {
            let inputs = try (0..<test.inputs).map { _ in try Guarded(random.floats(count, in: -12...12)) }
            let before = random.floats(count)
            let found = try Guarded(before)
            let expected = try Guarded(before)

            unsafe test.slot(table.kernels, inputs.map { unsafe UnsafePointer($0.start) }, found.start, count)
            unsafe test.slot(
                KernelTable.reference, inputs.map { unsafe UnsafePointer($0.start) }, expected.start, count)

            expectClose(
                found.values, expected.values, absolute: test.absolute, relative: test.relative, "\(count) elements")
        }
    }

    @Test(arguments: KernelTable.all, elementwiseCases)
    private func `gives every element the same value wherever it stands`(
        table: KernelTable, test: ElementwiseCase
    ) throws {
        var random = KernelRandom(2)
        let count = 77
        let inputs = try (0..<test.inputs).map { _ in try Guarded(random.floats(count, in: -12...12)) }
        let whole = try Guarded([Float](repeating: 0.5, count: count))
        let single = try Guarded([Float](repeating: 0.5, count: count))

        unsafe test.slot(table.kernels, inputs.map { unsafe UnsafePointer($0.start) }, whole.start, count)
        for index in 0..<count {
            unsafe test.slot(
                table.kernels, inputs.map { unsafe UnsafePointer($0.start + index) }, single.start + index, 1)
        }

        #expect(bits(whole.values) == bits(single.values))
    }

    /// The functions of one variable, over a wide range and at the values where they saturate.
    @Test(arguments: KernelTable.all, elementwiseCases.filter { $0.inputs == 1 })
    private func `keeps to the reference where functions saturate`(table: KernelTable, test: ElementwiseCase) throws {
        let special: [Float] = [
            0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNormalMagnitude, 88.7, 88.8, 89.5,
            -87.3, -87.4, -103.9, -104.1, 1e4, -1e4, 3e38, -3e38, 5.6, -5.6, 5.5999, 0.625, -0.625, 0.6249999,
        ]
        let wide = (0..<40000).map { Float($0 - 20000) * 0.0061 }
        let input = try Guarded(special + wide)
        let found = try Guarded([Float](repeating: 0, count: input.count))
        let expected = try Guarded([Float](repeating: 0, count: input.count))

        unsafe test.slot(table.kernels, [UnsafePointer(input.start)], found.start, input.count)
        unsafe test.slot(KernelTable.reference, [UnsafePointer(input.start)], expected.start, input.count)

        expectClose(found.values, expected.values, absolute: max(test.absolute, 0x1p-120), relative: test.relative)
    }

    @Test(arguments: KernelTable.all)
    func `exponential is within two units in the last place and exact at the edges`(table: KernelTable) throws {
        let inputs = (0..<200_000).map { Float($0 - 100_000) * 0.000873 } + [0, -.infinity, .infinity, .nan]
        let input = try Guarded(inputs)
        let output = try Guarded([Float](repeating: 0, count: inputs.count))

        unsafe table.kernels.exponential(input.start, output.start, inputs.count)

        var worst = 0.0
        for (x, y) in zip(inputs.dropLast(4), output.values) where x > -87.3 {
            let exact = Foundation.exp(Double(x))
            worst = max(worst, abs(Double(y) - exact) / Double(Float(exact).ulp))
        }
        #expect(worst <= 2)
        #expect(output.values.suffix(4).dropLast() == [1, 0, .infinity])
        #expect(output.values.last?.isNaN == true)
    }

    @Test(arguments: KernelTable.all)
    func `gelu keeps its absolute error`(table: KernelTable) throws {
        let input = try Guarded((0..<100_000).map { Float($0 - 50_000) * 0.00031 })
        let output = try Guarded(input.values)

        unsafe table.kernels.gelu(input.start, output.start, input.count)

        var worst = 0.0
        for (x, y) in zip(input.values, output.values) {
            let exact = 0.5 * Double(x) * erfc(-Double(x) / 2.0.squareRoot())
            worst = max(worst, abs(Double(y) - exact) / max(1, abs(Double(x))))
        }
        #expect(worst <= 4e-7)
    }

    /// Kernels with a factor or two outputs.
    @Test(arguments: KernelTable.all)
    func `scale, axpy and the gradients of swiglu agree with the reference`(table: KernelTable) throws {
        var random = KernelRandom(3)
        for count in kernelCounts {
            let g = try Guarded(random.floats(count, in: -9...9))
            let u = try Guarded(random.floats(count))
            let dy = try Guarded(random.floats(count))
            let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                let (scaled, dg, du) = try (Guarded(dy.values), Guarded(u.values), Guarded(u.values))
                let sum = try Guarded(u.values)
                unsafe kernels.scale(g.start, 0.37, scaled.start, count)
                unsafe kernels.axpy(-1.25, g.start, sum.start, count)
                unsafe kernels.swiglu_backward(g.start, u.start, dy.start, dg.start, du.start, count)
                return [scaled.values, sum.values, dg.values, du.values]
            }

            for (found, expected) in zip(results[0], results[1]) {
                expectClose(found, expected, absolute: 3e-6, relative: 2e-6, "\(count) elements")
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `works in place`(table: KernelTable) throws {
        var random = KernelRandom(4)
        let (a, b) = (random.floats(37), random.floats(37))
        let apart = try Guarded(a)
        let (left, right) = try (Guarded(a), Guarded(b))

        unsafe table.kernels.add(left.start, right.start, apart.start, 37)
        unsafe table.kernels.add(left.start, right.start, right.start, 37)

        #expect(right.values == apart.values)
    }
}
