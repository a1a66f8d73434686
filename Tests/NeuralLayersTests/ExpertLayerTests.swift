import NeuralLayers
import TensorEngine
import Testing

@Suite struct ExpertLayerTests {
    private static let width = 16

    /// Experts of one kind; all of one seed's path where `equal`, so that they are the same.
    private func layer(
        _ rules: RoutingRules, sparsity: SparsityRules? = nil, isEqual: Bool = false, hasShared: Bool = false,
        activation: FeedForwardActivation = .relu, scope: ParameterScope = ParameterScope(RandomParameters(seed: 4))
    ) -> ExpertLayer {
        let plan = ParameterPlan()
        func single(_ place: ParameterScope) -> SingleFeedForward {
            let (width, hidden) = (WidthAxis(Self.width), WidthAxis(32))
            if let sparsity {
                return .sparse(SparseFeedForward(width: width, units: hidden, rules: sparsity, plan: plan, in: place))
            }
            return .dense(
                DenseFeedForward(width: width, hidden: hidden, activation: activation, plan: plan, in: place))
        }
        return ExpertLayer(
            router: TokenRouter(width: WidthAxis(Self.width), rules: rules, plan: plan, in: scope / "gate"),
            experts: (0..<rules.experts).map { single(scope / "experts" / (isEqual ? "0" : "\($0)")) },
            shared: hasShared ? single(scope / "shared_expert") : nil)
    }

    private func run(
        _ layer: ExpertLayer, _ x: Tensor, training: TrainingMode? = nil
    ) -> (output: Tensor, reports: LayerReports) {
        var training = training
        var reports: LayerReports? = LayerReports()
        let output = layer(x, layer: 0, training: &training, reports: &reports)
        return (output, reports ?? LayerReports())
    }

    @Test(arguments: FeedForwardActivation.allCases)
    func `one expert is a dense layer`(activation: FeedForwardActivation) {
        let rules = RoutingRules(.switchOne, experts: 1, perToken: 1)
        let layer = layer(rules, activation: activation)
        let dense = layer.experts[0]
        let x = drawn([20, Self.width], 1)

        #expect(
            relativeDifference(run(layer, x).output, dense(x, step: .evaluation, countsUsage: false).output) < 1e-6)
    }

    @Test func `equal experts with weights that sum to one are a dense layer`() {
        let layer = layer(RoutingRules(.topTwo, experts: 4, perToken: 2), isEqual: true)
        let x = drawn([20, Self.width], 1)

        let dense = layer.experts[0](x, step: .evaluation, countsUsage: false).output

        #expect(relativeDifference(run(layer, x).output, dense) < 1e-5)
    }

    @Test(arguments: [(RoutingRules.Kind.switchOne, 1), (.topK, 3), (.biasBalanced, 2)])
    func `with room for all, places change nothing`(kind: RoutingRules.Kind, perToken: Int) {
        let free = RoutingRules(kind, experts: 4, perToken: perToken)
        var roomy = free
        roomy.capacityFactor = 4
        let x = drawn([24, Self.width], 1)
        let training = TrainingMode(using: SeededGenerator(seed: 1))

        let dropless = run(layer(free), x, training: training)
        let placed = run(layer(roomy), x, training: training)

        #expect(dropless.output.array == placed.output.array)
        #expect(placed.reports.routers[0].dropped == 0)
    }

    @Test func `dropped tokens get nothing and evaluation drops none`() {
        var rules = RoutingRules(.switchOne, experts: 4, perToken: 1)
        rules.capacityFactor = 0.2
        rules.minimumCapacity = 1
        let layer = layer(rules)
        let x = drawn([40, Self.width], 1)

        let trained = run(layer, x, training: TrainingMode(using: SeededGenerator(seed: 1)))
        let evaluated = run(layer, x)

        let silent = (0..<40).count { token in
            trained.output.element(token).array.allSatisfy { $0 == 0 }
        }
        #expect(silent == trained.reports.routers[0].dropped && silent > 20)
        #expect(evaluated.reports.routers[0].dropped == 0)
    }

    @Test func `permuting tokens permutes what dropless experts give`() {
        let layer = layer(RoutingRules(.topK, experts: 5, perToken: 2))
        let x = drawn([30, Self.width], 1)
        let order = (0..<30).map { ($0 * 7 + 3) % 30 }

        let permuted = run(layer, x.rows(order)).output

        #expect(relativeDifference(permuted, run(layer, x).output.rows(order)) < 1e-5)
    }

    @Test(arguments: [FeedForwardActivation.relu, .swiglu], [false, true])
    func `few tokens and many tokens give the same`(activation: FeedForwardActivation, isSparse: Bool) {
        let layer = layer(
            RoutingRules(.topK, experts: 4, perToken: 2), sparsity: isSparse ? SparsityRules(block: 8, rank: 8) : nil,
            hasShared: true, activation: activation)
        let x = drawn([24, Self.width], 1)

        let together = run(layer, x).output
        let apart = Tensor.concatenated((0..<24).map { run(layer, x.slice($0..<$0 + 1)).output })

        #expect(relativeDifference(apart, together) < 1e-5)
    }

    @Test func `sparse experts count the units and rows of the tokens they got`() throws {
        let rules = RoutingRules(.topK, experts: 4, perToken: 2)
        let layer = layer(rules, sparsity: SparsityRules(block: 8, rank: 8), hasShared: true)

        let one = run(layer, drawn([1, Self.width], 1)).reports
        let many = run(layer, drawn([40, Self.width], 1), training: TrainingMode(using: SeededGenerator(seed: 3)))
            .reports

        // Two experts and the shared one, 32 / 8 rows of each matrix.
        let report = try #require(one.sparsity.first)
        #expect(report.rows == ChosenRowCount(read: 12, written: 12) && report.tokens == 3)
        #expect(report.usage.count == 5 * 32 && report.usage.reduce(0, +) == 12)
        #expect(try #require(many.sparsity.first).usage.reduce(0, +) == 40 * 3 * 4)
    }

    @Test(arguments: RoutingRules.Kind.allCases, [false, true])
    func `gradients reach router and experts, sparse or not`(kind: RoutingRules.Kind, isSparse: Bool) throws {
        let scope = ParameterScope(RandomParameters(seed: 4))
        var rules = RoutingRules(kind, experts: 3, perToken: kind == .switchOne ? 1 : 2)
        rules.jitter = 0.01
        let layer = layer(
            rules, sparsity: isSparse ? SparsityRules(block: 8, rank: 8) : nil, hasShared: true, scope: scope)
        let trained = scope.parameters.filter { !$0.name.hasSuffix("e_score_correction_bias") }
        for parameter in trained { parameter.setTrainable(true) }

        for hardRate in [0.0, 1.0] {
            let (output, reports) = run(
                layer, drawn([60, Self.width], 1),
                training: TrainingMode(using: SeededGenerator(seed: 1), hardRate: hardRate))
            let loss = (output * output).mean() + (reports.auxiliaryLoss ?? Tensor(scalar: 0))
            let gradients = loss.gradients()

            for parameter in trained {
                let gradient = try #require(gradients[parameter], "\(parameter.name)")
                #expect(gradient.array.contains { $0 != 0 }, "\(parameter.name)")
            }
        }
    }

    @Test func `the gradient of a mixture equals central differences`() throws {
        let scope = ParameterScope(RandomParameters(seed: 4))
        var rules = RoutingRules(.topK, experts: 3, perToken: 3)  // all of them, so that no choice changes
        rules.normalises = true
        let layer = layer(rules, activation: .swiglu, scope: scope)
        let router = try #require(scope.parameters.first { $0.name == "gate.weight" })
        router.setTrainable(true)
        let x = drawn([10, Self.width], 1)
        let seed = drawn([10, Self.width], 2)
        let value = { zip(run(layer, x).output.array, seed.array).reduce(0.0) { $0 + Double($1.0 * $1.1) } }

        let gradient = try #require(run(layer, x).output.gradients(seed: seed)[router]).array

        let greatest = gradient.map(abs).max() ?? 0
        for index in stride(from: 0, to: gradient.count, by: 5) {
            let nudged = [Float(1e-2), -1e-2].map { step in
                router.update { $0[index] += step }
                defer { router.update { $0[index] -= step } }
                return value()
            }
            #expect(abs(Float((nudged[0] - nudged[1]) / 2e-2) - gradient[index]) < 3e-2 * greatest)
        }
    }
}
