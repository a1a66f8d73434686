import NeuralLayers
import TensorEngine
import Testing

@Suite struct SparseFeedForwardTests {
    /// The layer of the golden in TECHNIQUES.md §1c: d = 3, f = 4, N = 2, r = 2.
    private var golden: SparseFeedForward {
        let values: [String: [Float]] = [
            // A unit's rows are columns of W₁ there and rows of W₂.
            "controller.reduce.weight": [1, 0, 1, 0, 1, -1],
            "controller.expand.weight": [0.5, 0, -0.5, 1, 1, -1, 0, 2],
            "read.weight": (0..<4).flatMap { j in (0..<3).map { i in Float(4 * i + j - 4) / 10 } },
            "write.weight": (0..<4).flatMap { i in (0..<3).map { j in Float(3 * i + j) / 10 - 0.3 } },
            "bias": [0.01, 0.02, 0.03],
        ]
        return SparseFeedForward(
            width: WidthAxis(3), units: WidthAxis(4), rules: SparsityRules(block: 2, rank: 2), plan: ParameterPlan(),
            in: ParameterScope(GivenParameters(values: values)))
    }

    private let goldenInput = Tensor([1, 2, 1], [1, 3])

    private func layer(width: Int = 32, units: Int = 128, block: Int = 8, seed: UInt64 = 3) -> SparseFeedForward {
        SparseFeedForward(
            width: WidthAxis(width), units: WidthAxis(units), rules: SparsityRules(block: block, rank: 16),
            plan: ParameterPlan(), in: ParameterScope(RandomParameters(seed: seed)))
    }

    private func expect(_ found: Tensor, _ expected: [Float]) {
        #expect(found.count == expected.count)
        for (a, b) in zip(found.array, expected) { #expect(abs(a - b) < 2e-6, "\(found.array) for \(expected)") }
    }

    @Test func `the golden's intermediates`() {
        let layer = golden

        let logits = layer.logits(goldenInput)
        let products = goldenInput.linear(layer.reading.tensor)

        expect(logits, [1, 0, 1, 2])
        #expect(logits.greatestOfBlocks(of: 2).indices == [0, 1])
        expect(logits.reshaped([2, 2]).softmax(), [0.7310586, 0.26894143, 0.26894143, 0.7310586])
        expect(products, [0, 0.4, 0.8, 1.2])
    }

    @Test func `the golden's outputs, hard and soft`() {
        let layer = golden

        expect(layer(goldenInput, step: .evaluation).output, [0.73, 0.86, 0.99])
        expect(layer.masked(goldenInput, .evaluation).output, [0.73, 0.86, 0.99])
        expect(layer(goldenInput, step: .soft).output, [0.600908, 0.730908, 0.860908])
    }

    @Test(arguments: [(32, 128, 8), (64, 256, 16), (48, 96, 32), (512, 2048, 16)])
    func `decoding equals evaluation`(width: Int, units: Int, block: Int) {
        let layer = layer(width: width, units: units, block: block)
        let x = drawn([7, width], 1)

        let decoded = layer.decoded(x)
        let evaluated = layer.masked(x, .evaluation)

        #expect(decoded.choices == evaluated.choices)
        #expect(zip(decoded.output.array, evaluated.output.array).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(arguments: [(32, 128, 8), (512, 2048, 16)])
    func `a token touches exactly one unit in N of each matrix`(width: Int, units: Int, block: Int) {
        let layer = layer(width: width, units: units, block: block)

        let one = layer(drawn([1, width], 1), step: .evaluation)
        let five = layer(drawn([5, width], 1), step: .evaluation)

        #expect(one.rows == ChosenRowCount(read: units / block, written: units / block))
        #expect(five.rows == ChosenRowCount(read: 5 * units / block, written: 5 * units / block))
    }

    @Test func `a hard step uses one unit a block, and its gradient reaches every parameter`() throws {
        let scope = ParameterScope(RandomParameters(seed: 3))
        let layer = SparseFeedForward(
            width: WidthAxis(16), units: WidthAxis(64), rules: SparsityRules(block: 8, rank: 16),
            plan: ParameterPlan(), in: scope)
        for parameter in scope.parameters { parameter.setTrainable(true) }

        let result = layer(drawn([40, 16], 1), step: .hard(seed: 9))
        let gradients = (result.output * result.output).sum().gradients()

        #expect(result.choices?.usage.reduce(0, +) == 40 * 8)
        for parameter in scope.parameters {
            let gradient = try #require(gradients[parameter], "\(parameter.name)")
            #expect(gradient.array.contains { $0 != 0 }, "\(parameter.name)")
        }
    }

    /// The noise is in the choice alone: with p and u as they are, the output is that of the chosen units.
    @Test func `noise changes which unit, not what a unit gives`() throws {
        let layer = layer()
        let x = drawn([20, 32], 1)

        let noisy = layer(x, step: .hard(seed: 4))
        let choices = try #require(noisy.choices)
        let expected = x.linear(layer.reading.tensor).chosenUnits(choices).timesRows(layer.writing.tensor)
            .addingToRows(layer.bias.tensor)

        #expect(relativeDifference(noisy.output, expected) < 1e-6)
        #expect(choices != layer(x, step: .evaluation).choices)
        #expect(layer(x, step: .hard(seed: 4)).choices == choices)
    }

    @Test func `one coin a call, hard as often as the rate says`() {
        let rules = SparsityRules(block: 8, rank: 16)
        var training = TrainingMode(using: SeededGenerator(seed: 1))
        var always = TrainingMode(using: SeededGenerator(seed: 1), hardRate: 1)

        let hard = (0..<4_000).count { _ in training.sparseStep(rules) != .soft }

        #expect(abs(hard - 1_200) < 5 * 29)  // five deviations
        #expect((0..<50).allSatisfy { _ in always.sparseStep(rules) != .soft })
    }

    @Test func `outputs of all block lengths are of one size`() {
        let deviations = [4, 16, 64].map { block -> Float in
            let output = layer(width: 64, units: 1024, block: block).decoded(drawn([8, 64], 1)).output
            return (output * output).mean().scalar.squareRoot()
        }

        #expect(deviations.allSatisfy { $0 > 0.4 && $0 < 1.4 }, "\(deviations)")
    }
}
