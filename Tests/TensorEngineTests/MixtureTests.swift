import TensorEngine
import Testing

/// The mixture of experts as one operation.
@Suite struct MixtureTests {
    private func drawn(_ shape: [Int], _ name: String, scale: Double = 0.3) -> Tensor {
        var generator = SeededGenerator(seed: 8, stream: name)
        return Tensor.drawn(shape, .normal(scale), using: &generator)
    }

    private func experts(_ count: Int, width: Int, hidden: Int) -> [GatedExpert] {
        (0..<count).map {
            GatedExpert(
                gate: drawn([hidden, width], "gate\($0)"), up: drawn([hidden, width], "up\($0)"),
                down: drawn([width, hidden], "down\($0)"))
        }
    }

    @Test func `equals each expert applied by itself`() {
        let (tokens, width, hidden) = (300, 24, 40)
        let experts = experts(4, width: width, hidden: hidden)
        let x = drawn([tokens, width], "x", scale: 1)
        let weights = drawn([tokens, 2], "weights", scale: 1)
        // The third expert is never chosen; the fourth by a single token.
        var choices: [Int] = []
        for token in 0..<tokens { choices += token == 7 ? [3, 0] : [token % 2, 1 - token % 2] }

        let output = Tensor.mixture(x, choices: choices, weights: weights, experts: experts)

        let alone = experts.map { expert in
            Tensor.swiglu(gate: x.linear(expert.gate), up: x.linear(expert.up)).linear(expert.down).array
        }
        let factors = weights.array
        for (index, found) in output.array.enumerated() {
            let token = index / width
            var expected: Float = 0
            for slot in [2 * token, 2 * token + 1] { expected += factors[slot] * alone[choices[slot]][index] }
            guard abs(found - expected) > 1e-4 else { continue }
            Issue.record("element \(index) is \(found), expected \(expected)")
            return
        }
    }

    @Test func `gradients do not depend on the number of threads`() {
        let (tokens, width, hidden) = (250, 24, 40)
        func run() -> [[Float]] {
            let trained = experts(3, width: width, hidden: hidden).map {
                GatedExpert(gate: $0.gate.asLeaf, up: $0.up.asLeaf, down: $0.down.asLeaf)
            }
            let x = drawn([tokens, width], "x", scale: 1).asLeaf
            let weights = drawn([tokens, 2], "weights", scale: 1).asLeaf
            var choices: [Int] = []
            for token in 0..<tokens { choices += [token % 3, (token + 1 + token / 9 % 2) % 3] }
            let output = Tensor.mixture(x, choices: choices, weights: weights, experts: trained)
            let gradients = (output * output).mean().gradients()
            let leaves = [x, weights] + trained.flatMap { [$0.gate, $0.up, $0.down] }
            return leaves.compactMap { gradients[$0]?.array }
        }

        let before = WorkerPool.threads
        let results = [1, 2, 3].map { threads in
            WorkerPool.setThreads(threads)
            return run()
        }
        WorkerPool.setThreads(before)

        #expect(results[0].count == 11)
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    @Test func `frozen experts are not recorded`() throws {
        let x = drawn([20, 24], "x").asLeaf
        let experts = experts(2, width: 24, hidden: 8)
        let output = Tensor.mixture(
            x, choices: (0..<20).map { $0 % 2 }, weights: Tensor(repeating: 1, [20, 1]), experts: experts)

        let gradients = output.sum().gradients()

        #expect(gradients[x] != nil)
        #expect(gradients[experts[0].gate] == nil)
    }
}
