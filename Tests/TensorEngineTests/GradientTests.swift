import Foundation
import TensorEngine
import Testing

@Suite struct GradientTests {
    @Test(arguments: OperationCase.all)
    func `a gradient equals central differences`(operation: OperationCase) throws {
        var generator = SeededGenerator(seed: 1, stream: operation.name)
        let values = operation.shapes.map { Tensor.drawn($0, .uniform(operation.range), using: &generator) }
        let leaves = values.map(\.asLeaf)
        let output = operation.body(leaves)
        let seed = Tensor.drawn(output.shape, .uniform(1), using: &generator)
        let weighted = { (inputs: [Tensor]) in
            zip(operation.body(inputs).array, seed.array).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }

        let gradients = output.gradients(seed: seed)

        for (index, leaf) in leaves.enumerated() {
            let gradient = try #require(gradients[leaf]).array
            let scale = max(0.05, gradient.map(abs).max() ?? 0)
            for element in stride(from: 0, to: values[index].count, by: max(1, values[index].count / 40)) {
                let step: Float = 4e-3
                let nudged = [step, -step].map { step in
                    var inputs = values
                    inputs[index].mutate { $0[element] += step }
                    return weighted(inputs)
                }
                let difference = Float((nudged[0] - nudged[1]) / Double(2 * step))
                #expect(
                    abs(difference - gradient[element]) <= operation.tolerance * scale,
                    "input \(index), element \(element): \(gradient[element]), by differences \(difference)")
            }
        }
    }

    @Test func `frozen inputs are not recorded and get no gradient`() throws {
        let x = Tensor([1, 2], [1, 2]).asLeaf
        let frozen = Tensor([3, 4], [1, 2])

        let gradients = (x * frozen).sum().gradients()

        #expect(gradients[x]?.array == [3, 4])
        #expect(gradients[frozen] == nil)
        #expect(!(frozen + frozen).isDifferentiable)
    }

    @Test func `gradients do not depend on the number of threads`() {
        func run() -> [[Float]] {
            var generator = SeededGenerator(seed: 3)
            let x = Tensor.drawn([96, 64], .normal(1), using: &generator).asLeaf
            let w = Tensor.drawn([640, 64], .normal(0.2), using: &generator).asLeaf
            let gain = Tensor.drawn([640], .normal(1), using: &generator).asLeaf
            let y = x.linear(w).layerNormalized(gain: gain, bias: nil, epsilon: 1e-5).activated(.gelu)
            let gradients = (y * y).mean().gradients()
            return [x, w, gain].compactMap { gradients[$0]?.array }
        }

        let before = WorkerPool.threads
        let results = [1, 2, 3].map { threads in
            WorkerPool.setThreads(threads)
            return run()
        }
        WorkerPool.setThreads(before)

        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
