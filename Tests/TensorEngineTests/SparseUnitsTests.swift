import Foundation
import TensorEngine
import Testing

@Suite struct SparseUnitsTests {
    private func drawn(_ shape: [Int], _ seed: UInt64, deviation: Double = 1) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor.drawn(shape, .normal(deviation), using: &generator)
    }

    @Test(arguments: [(1, 1, 2), (3, 5, 7), (9, 64, 16), (130, 40, 8)])
    func `the straight-through gradient is that of the formula`(rows: Int, blocks: Int, length: Int) throws {
        let shape = [rows, blocks * length]
        let (u, logits) = (drawn(shape, 1).asLeaf, drawn(shape, 2).asLeaf)
        let gradient = drawn(shape, 3)
        let choices = logits.detached.greatestOfBlocks(of: length)

        let units = u.maskedUnits(logits: logits, length: length, choices: choices)
        let gradients = units.gradients(seed: gradient)

        let (ua, la, ga) = (u.array, logits.array, gradient.array)
        let du = try #require(gradients[u]).array
        let dl = try #require(gradients[logits]).array
        for block in 0..<rows * blocks {
            let range = block * length..<(block + 1) * length
            let chosen = range.lowerBound + Int(choices.indices[block])
            let exponentials = range.map { exp(Double(la[$0])) }
            let p = exponentials.map { $0 / exponentials.reduce(0, +) }
            let dm = range.map { $0 == chosen && ua[$0] > 0 ? Double(ga[$0] * ua[$0]) : 0 }
            let along = zip(p, dm).reduce(0) { $0 + $1.0 * $1.1 }
            for (place, index) in range.enumerated() {
                let isOn = index == chosen && ua[index] > 0
                #expect(units.array[index] == (isOn ? ua[index] : 0))
                #expect(du[index] == (isOn ? ga[index] : 0))
                #expect(abs(Double(dl[index]) - p[place] * (dm[place] - along)) < 1e-5)
            }
        }
    }

    @Test func `frozen choices give the logits no gradient`() {
        let u = drawn([2, 8], 1).asLeaf
        let choices = BlockChoices(rows: 2, blocks: 2, length: 4, indices: [0, 3, 1, 2])

        let units = u.chosenUnits(choices)
        let gradients = units.sum().gradients()

        let chosen: Set = [0, 7, 9, 14]
        #expect(u.array.indices.allSatisfy { units.array[$0] == (chosen.contains($0) ? max(0, u.array[$0]) : 0) })
        #expect(
            gradients[u]?.array == u.array.indices.map { chosen.contains($0) && u.array[$0] > 0 ? 1 : 0 })
    }

    @Test func `the first of equal elements is chosen`() {
        let x = Tensor([1, 3, 3, 0, 2, 2, 2, 2], [1, 8])

        #expect(x.greatestOfBlocks(of: 4).indices == [1, 0])
    }

    /// A draw of softmax(x/T) and argmax(x + T·Gumbel) have one distribution.
    @Test(arguments: [0.1, 0.7]) func `blocks are drawn as by Gumbel noise`(temperature: Double) {
        let logits: [Float] = [0.3, 0.1, 0.35, -0.2]
        let draws = 40_000
        let x = Tensor(logits, [4]).repeated(draws)
        var generator = SeededGenerator(seed: 5)

        let usage = x.drawnFromBlocks(of: 4, temperature: temperature, using: &generator).usage

        var noisy = [0, 0, 0, 0]
        for _ in 0..<draws {
            let scores = logits.map { logit in
                Double(logit) - temperature * log(-log(1e-6 + (1 - 2e-6) * generator.unit()))
            }
            noisy[scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }] += 1
        }
        // Five deviations of a difference of two shares.
        let allowance = Int(5 * (2 * 0.25 * Double(draws)).squareRoot())
        for (a, b) in zip(usage, noisy) { #expect(abs(a - b) < allowance, "\(usage) and \(noisy)") }
    }

    @Test(arguments: [DType.f32, .bf16, .q8_0], [(32, 4, 4), (96, 130, 8), (512, 64, 16)])
    func `decoding touches one row of each matrix a block, and gives what masks give`(
        dtype: DType, sizes: (width: Int, blocks: Int, length: Int)
    ) {
        let units = sizes.blocks * sizes.length
        let reading = drawn([units, sizes.width], 1, deviation: 0.2).converted(to: dtype)
        let writing = drawn([units, sizes.width], 2, deviation: 0.2).converted(to: dtype)
        let x = drawn([3, sizes.width], 3)
        let choices = drawn([3, units], 4).greatestOfBlocks(of: sizes.length)

        let (output, rows) = x.chosenRows(choices, reading: reading, writing: writing)

        let masked = x.linear(reading).chosenUnits(choices).timesRows(writing)
        #expect(rows == ChosenRowCount(read: 3 * sizes.blocks, written: 3 * sizes.blocks))
        for (a, b) in zip(output.array, masked.array) { #expect(abs(a - b) < 2e-4 * max(1, abs(b))) }
    }

    /// A row that is never chosen may hold anything: it is not read.
    @Test func `rows that are not chosen are not read`() {
        let width = 16
        let nan = [Float](repeating: .nan, count: width)
        let ones = [Float](repeating: 1, count: width)
        let matrix = Tensor(ones + nan + nan + ones, [4, width])
        let choices = BlockChoices(rows: 1, blocks: 2, length: 2, indices: [0, 1])

        let (output, _) = Tensor(repeating: 0.5, [1, width]).chosenRows(choices, reading: matrix, writing: matrix)

        #expect(output.array == [Float](repeating: 16, count: width))
    }

    @Test func `decoding does not depend on threads or company`() {
        let (reading, writing) = (drawn([2048, 128], 1), drawn([2048, 128], 2))
        let x = drawn([4, 128], 3)
        let choices = drawn([4, 2048], 4).greatestOfBlocks(of: 8)
        let before = WorkerPool.threads
        defer { WorkerPool.setThreads(before) }

        let results = [1, 3].map { threads in
            WorkerPool.setThreads(threads)
            return x.chosenRows(choices, reading: reading, writing: writing).0.array
        }
        let second = BlockChoices(
            rows: 1, blocks: 256, length: 8, indices: Array(choices.indices[256..<512]))
        let alone = x.slice(1..<2).chosenRows(second, reading: reading, writing: writing).0.array

        #expect(results[0] == results[1])
        #expect(Array(results[0][128..<256]) == alone)
    }
}
