import Foundation
import ModelTraining
import TensorEngine
import Testing

/// Optimisers, schedule, average: golden single steps and what must always hold.
@Suite struct OptimisationTests {
    private func stepped(_ settings: OptimiserSettings, weight: Float, gradient: Float, rate: Float, times: Int = 1)
        -> (parameter: Parameter, optimiser: Optimiser)
    {
        let parameter = Parameter(name: "w", value: Tensor([weight, weight], [1, 2]))
        parameter.setTrainable(true)
        var optimiser = Optimiser(settings)
        for _ in 0..<times {
            let loss = (parameter.tensor * Tensor([gradient, -gradient], [1, 2])).sum()
            optimiser.step(
                [parameter], gradients: GradientSum(loss.gradients(), of: [parameter]), learningRate: rate
            ) { _ in ParameterGroup() }
        }
        return (parameter, optimiser)
    }

    // p = 1, g = ±0.5, lr = 0.1, decay = 0.1: p·0.99 ∓ 0.1, m = 0.01·g (TECHNIQUES.md §13).
    @Test func `one step of Lion`() throws {
        var settings = OptimiserSettings(rule: .lion)
        settings.decay = 0.1
        let (parameter, optimiser) = stepped(settings, weight: 1, gradient: 0.5, rate: 0.1)
        let moments = try #require(optimiser.moments["w"])

        #expect(zip(parameter.tensor.array, [0.89, 1.09]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
        #expect(zip(moments.mean.array, [0.005, -0.005]).allSatisfy { abs($0 - Float($1)) < 1e-7 })
        #expect(moments.square == nil)
    }

    @Test func `Lion does not care how great gradients are`() {
        var settings = OptimiserSettings(rule: .lion)
        settings.decay = 0
        let small = stepped(settings, weight: 1, gradient: 0.25, rate: 0.01, times: 5).parameter.tensor.array
        let great = stepped(settings, weight: 1, gradient: 25, rate: 0.01, times: 5).parameter.tensor.array
        #expect(small == great)
    }

    // The first step of Adam is η in the gradient's direction whatever its size (but for ε).
    @Test func `one step of AdamW`() {
        let (parameter, _) = stepped(OptimiserSettings(rule: .adamw), weight: 2, gradient: 3, rate: 0.1)
        let expected: [Float] = [2 * (1 - 0.1 * 0.05) - 0.1, 2 * (1 - 0.1 * 0.05) + 0.1]
        #expect(zip(parameter.tensor.array, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func `warm-up times cosine`() {
        let schedule = LearningRateSchedule(learningRate: 2, warmupSteps: 10, finalShare: 0.1, steps: 100)
        func expected(_ step: Int) -> Float {
            Float(2 * min(1, Double(step + 1) / 10) * (0.1 + 0.9 * 0.5 * (1 + cos(Double.pi * Double(step) / 100))))
        }
        for step in [0, 4, 9, 10, 50, 99, 100, 1000] {
            #expect(abs(schedule.rate(at: step) - expected(min(step, 100))) < 1e-6)
        }
        #expect((10..<99).allSatisfy { schedule.rate(at: $0) > schedule.rate(at: $0 + 1) })
    }

    @Test func `the average follows the weights`() {
        let parameter = Parameter(name: "w", value: Tensor([0, 10], [2]))
        var average = MovingAverage(decay: 0.9, of: [parameter])
        parameter.set(Tensor([1, 0], [2]))
        average.update([parameter], step: 0)  // d = 1/10
        #expect(zip(average.values["w"]?.array ?? [], [0.9, 1]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
        average.update([parameter], step: 1000)  // d = 0.9
        #expect(zip(average.values["w"]?.array ?? [], [0.91, 0.9]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
        #expect(parameter.tensor.array == [1, 0])
    }

    @Test func `decay is not for vectors and query tokens`() {
        func parameter(_ name: String, _ shape: [Int]) -> Parameter {
            Parameter(name: name, value: Tensor(repeating: 0, shape))
        }
        #expect(parameter("qformer.encoder.layer.0.output_query.dense.weight", [2, 2]).takesDecay)
        #expect(!parameter("qformer.encoder.layer.0.output_query.dense.bias", [2]).takesDecay)
        #expect(!parameter("query_tokens", [1, 2, 2]).takesDecay)
        #expect(!parameter("vision_model.embeddings.position_embedding", [1, 2, 2]).takesDecay)
    }
}
