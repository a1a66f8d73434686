import NeuralLayers
import TensorEngine
import Testing

@Suite struct MixtureOfExpertsTests {
    private let scope = ParameterScope(RandomParameters(seed: 5))
    private let width = 32

    private func mixture(experts: Int, perToken: Int, normalises: Bool) -> MixtureOfExperts {
        MixtureOfExperts(
            router: SoftmaxRouter(
                width: width, experts: experts, perToken: perToken, normalises: normalises, in: scope / "gate"),
            experts: (0..<experts).map {
                GatedFeedForward(width: width, hidden: 24, activation: .silu, in: scope / "experts" / "\($0)")
            })
    }

    private func tokens(_ count: Int) -> Tensor {
        var generator = SeededGenerator(seed: 8)
        return Tensor.drawn([count, width], .normal(20), using: &generator)
    }

    @Test(arguments: [(6, 2, false), (6, 3, true), (4, 4, true), (3, 1, false)])
    func `few tokens and many tokens give the same mixture`(experts: Int, perToken: Int, normalises: Bool) {
        let mixture = mixture(experts: experts, perToken: perToken, normalises: normalises)
        let many = tokens(24)

        let together = mixture(many).output
        let few = (0..<4).map { mixture(many.slice($0 * 6..<($0 + 1) * 6)).output }

        let apart = Tensor.concatenated(few).array
        for (a, b) in zip(together.array, apart) { #expect(abs(a - b) <= 1e-4 * max(1, abs(a))) }
    }

    @Test func `a token's mixture is the weighted sum of its experts`() {
        let mixture = mixture(experts: 5, perToken: 2, normalises: true)
        let x = tokens(1)

        let (output, routing) = mixture(x)
        let experts = routing.choices.map {
            GatedFeedForward(width: width, hidden: 24, activation: .silu, in: scope / "experts" / "\($0)")(x)
        }
        let weights = routing.weights.array
        let expected = experts[0].scaled(by: weights[0]) + experts[1].scaled(by: weights[1])

        #expect(abs(weights[0] + weights[1] - 1) < 1e-6 && weights[0] >= weights[1])
        for (a, b) in zip(output.array, expected.array) { #expect(abs(a - b) <= 1e-5 * max(1, abs(b))) }
    }

    @Test func `equal scores go to the lower expert`() {
        let scores = Tensor([0.2, 0.5, 0.5, 0.1, 0.3, 0.3, 0.3, 0.3], [2, 4])

        #expect(SoftmaxRouter.greatest(2, of: scores) == [1, 2, 0, 1])
    }

    @Test func `gradients reach the router and every expert that was chosen`() {
        let mixture = mixture(experts: 4, perToken: 2, normalises: false)
        for parameter in scope.parameters { parameter.setTrainable(true) }
        let x = tokens(16)

        let (output, routing) = mixture(x)
        let gradients = (output * output).sum().gradients()

        let router = scope.parameters.filter { $0.name == "gate.weight" }
        #expect(router.count == 1 && router.allSatisfy { gradients[$0] != nil })
        for parameter in scope.parameters where parameter.name.hasPrefix("experts.") {
            let expert = Int(parameter.name.split(separator: ".")[1]) ?? -1
            #expect((gradients[parameter] != nil) == routing.choices.contains(expert), "\(parameter.name)")
        }
    }
}
