import TensorEngine
import Testing

/// Products whose factors are rounded to bf16: how far they are from float32, and that they are chosen, not found.
@Suite struct ProductPrecisionTests {
    /// The relative error of one rounding to bf16 (8 bits of significand, to nearest) is at most 2⁻⁹; a product has two.
    static let unit: Float = 1 / 256

    private func drawn(_ shape: [Int], _ name: String) -> Tensor {
        var generator = SeededGenerator(seed: 5, stream: name)
        return Tensor.drawn(shape, .normal(1), using: &generator)
    }

    /// Loss gradients of a linear layer with its weight at `precision`: value, to input, to weight.
    private func run(_ precision: ProductPrecision, rows: Int, stored: DType = .f32) -> [[Float]] {
        let weight = Parameter(name: "weight", value: drawn([70, 96], "weight").converted(to: stored))
        let bias = Parameter(name: "bias", value: drawn([70], "bias"))
        weight.setProductPrecision(precision)
        if stored == .f32 { weight.setTrainable(true) }
        let x = drawn([rows, 96], "x").asLeaf
        let output = x.linear(weight.tensor, bias: bias.tensor)
        let gradients = output.gradients(seed: drawn([rows, 70], "seed"))
        return [output.array, gradients[x]?.array ?? [], stored == .f32 ? gradients[weight]?.array ?? [] : []]
    }

    @Test(arguments: [DType.f32, .bf16], [13, 100])
    func `bf16 products stay within the rounding of their factors`(stored: DType, rows: Int) {
        let exact = run(.float32, rows: rows, stored: stored)
        let rounded = run(.bf16, rows: rows, stored: stored)

        for (expected, found) in zip(exact, rounded) {
            #expect(found.count == expected.count)
            let size = (expected.reduce(0) { $0 + $1 * $1 } / Float(max(1, expected.count))).squareRoot()
            let worst = zip(expected, found).map { abs($0 - $1) }.max() ?? 0
            // Errors of the terms add up like random numbers: a few units of the typical size.
            #expect(worst <= 6 * Self.unit * size, "worst \(worst) of \(size)")
        }
        if ProductPrecision.bf16.isSupported { #expect(exact[0] != rounded[0]) } else { #expect(exact == rounded) }
    }

    @Test func `float32 is what weights have unless said otherwise`() {
        let parameter = Parameter(name: "weight", value: drawn([4, 4], "weight"))

        #expect(parameter.tensor.productPrecision == .float32)
        parameter.setProductPrecision(.bf16)
        #expect(parameter.tensor.productPrecision == .bf16)
        #expect(parameter.tensor.detached.reshaped([2, 8]).productPrecision == .bf16)
    }

    @Test(arguments: [ProductPrecision.float32, .bf16])
    func `a product has the same bits on any number of threads and in any company`(precision: ProductPrecision) {
        var weight = drawn([300, 530], "weight")
        weight.productPrecision = precision
        let x = drawn([400, 530], "x")
        let before = WorkerPool.threads
        let results = [1, 2, 5].map { threads in
            WorkerPool.setThreads(threads)
            return x.linear(weight).array
        }
        WorkerPool.setThreads(before)

        #expect(results[0] == results[1] && results[0] == results[2])
        if ProductPrecision.bf16.isSupported {  // The own kernels; a BLAS promises less.
            let some = x.slice(17..<40).linear(weight).array
            #expect(some == Array(results[0][17 * 300..<40 * 300]))
        }
    }

    @Test(arguments: [ProductPrecision.float32, .bf16])
    func `a large weight is multiplied piece by piece`(precision: ProductPrecision) {
        // More than a million elements either way: several pieces of outputs, of inputs, and a rest.
        var weight = drawn([2_100, 700], "weight")
        weight.productPrecision = precision
        let x = drawn([9, 700], "x").asLeaf
        let seed = drawn([9, 2_100], "seed")
        let output = x.linear(weight)
        let gradient = output.gradients(seed: seed)[x]

        let (w, rows, s) = (weight.array, x.array, seed.array)
        for (row, column) in [(0, 0), (3, 1_499), (8, 2_099)] {
            let sum = (0..<700).reduce(0.0) { $0 + Double(rows[row * 700 + $1]) * Double(w[column * 700 + $1]) }
            #expect(abs(Float(sum) - output.array[row * 2_100 + column]) < 1)
        }
        for (row, column) in [(0, 0), (5, 350), (8, 699)] {
            let sum = (0..<2_100).reduce(0.0) { $0 + Double(s[row * 2_100 + $1]) * Double(w[$1 * 700 + column]) }
            #expect(abs(Float(sum) - (gradient?.array[row * 700 + column] ?? .nan)) < 1)
        }
    }
}
