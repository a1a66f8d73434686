import Foundation
import NeuralLayers
import TensorEngine
import Testing

@Suite struct RotaryFrequenciesTests {
    @Test func `plain frequencies fall geometrically`() {
        let radians = RotaryFrequencies(width: 8, base: 10_000).radians

        for (found, expected) in zip(radians, [1, 0.1, 0.01, 0.001]) {
            #expect(abs(found - expected) < 1e-6 * expected)
        }
    }

    @Test func `linear scaling divides positions`() {
        let radians = RotaryFrequencies(width: 4, base: 100, scaling: .linear(factor: 4)).radians

        #expect(abs(radians[0] - 0.25) < 1e-7 && abs(radians[1] - 0.025) < 1e-7)
    }

    /// By hand from `_compute_llama3_parameters`: a short wave kept, a long one divided.
    @Test func `llama3 scaling keeps high frequencies and divides low ones`() {
        let plain = RotaryFrequencies(width: 64, base: 500_000).radians
        let scaled = RotaryFrequencies(
            width: 64, base: 500_000,
            scaling: .llama3(factor: 8, lowFactor: 1, highFactor: 4, originalContext: 8192)
        ).radians

        #expect(scaled[0] == plain[0])
        #expect(abs(scaled[31] - plain[31] / 8) < 1e-12)
        #expect(zip(scaled, plain).allSatisfy { $0 <= $1 && $0 >= $1 / 8 })
    }

    @Test func `scores depend on distance alone`() {
        var generator = SeededGenerator(seed: 2)
        let q = Tensor.drawn([1, 1, 16], .normal(1), using: &generator)
        let k = Tensor.drawn([1, 1, 16], .normal(1), using: &generator)
        func score(_ m: Int, _ n: Int) -> Float {
            let frequencies = RotaryFrequencies(width: 16)
            let a = q.rotated(heads: 1, by: frequencies.table(positions: [m])).array
            let b = k.rotated(heads: 1, by: frequencies.table(positions: [n])).array
            return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }

        #expect(abs(score(7, 3) - score(107, 103)) < 1e-3)
        #expect(abs(score(7, 3) - score(7, 6)) > 1e-3)
    }
}
