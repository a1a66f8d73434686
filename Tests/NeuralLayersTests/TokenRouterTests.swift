import NeuralLayers
import TensorEngine
import Testing

@Suite struct TokenRouterTests {
    private func router(_ rules: RoutingRules, width: Int = 8, bias: [Float]? = nil) -> TokenRouter {
        let values = bias.map { ["e_score_correction_bias": $0] } ?? [:]
        return TokenRouter(
            width: WidthAxis(width), rules: rules, plan: ParameterPlan(),
            in: ParameterScope(GivenParameters(values: values)))
    }

    private func assignment(
        _ rules: RoutingRules, _ logits: Tensor, training: TrainingMode? = nil, bias: [Float]? = nil
    ) -> ExpertAssignment {
        var training = training
        return router(rules, bias: bias).assignment(ofLogits: logits, training: &training)
    }

    private let golden = Tensor([2, 0, 0, 1, 1.5, 0, 3, 0, 0, 0, 0, 0.2], [4, 3])

    @Test func `the golden's choices, losses and drops`() {
        var rules = RoutingRules(.switchOne, experts: 3, perToken: 1)
        rules.capacityFactor = 0.1
        rules.minimumCapacity = 1

        let free = assignment(RoutingRules(.switchOne, experts: 3, perToken: 1), golden)
        let full = assignment(rules, golden, training: TrainingMode(using: SeededGenerator(seed: 1)))
        let report = full.report(layer: 0)

        #expect(free.choices == [0, 1, 0, 2] && full.choices == free.choices)
        #expect(full.isKept == [true, true, false, true] && free.isKept == [true, true, true, true])
        #expect(report.load == [2, 1, 1] && report.dropped == 1)
        #expect(abs(report.balanceLoss.scalar - 1.188441) < 2e-6)
        #expect(abs(report.zLoss.scalar - 5.097487) < 5e-6)
    }

    @Test func `a switch's weight is its probability, not divided by itself`() {
        let assignment = assignment(RoutingRules(.switchOne, experts: 3, perToken: 1), golden)
        let p = golden.softmax().array

        #expect(assignment.weights.array == [p[0], p[4], p[6], p[11]])
    }

    @Test(arguments: [1, 2, 4]) func `the balance loss is 1 at balance`(perToken: Int) {
        // Equal probabilities, choices in turn: the logits differ by less than a float's softmax shows.
        let experts = 4
        let logits = (0..<8).flatMap { token -> [Float] in
            (0..<experts).map { expert -> Float in
                let turn = (expert - token + 8) % experts
                return turn < perToken ? 2e-6 - Float(turn) * 1e-7 : 0
            }
        }
        let report = assignment(
            RoutingRules(.topK, experts: experts, perToken: perToken), Tensor(logits, [8, experts])
        ).report(layer: 0)

        #expect(report.load == [Int](repeating: 2 * perToken, count: experts))
        #expect(abs(report.balanceLoss.scalar - 1) < 1e-5)
        #expect(report.maximalViolation == 0)
    }

    @Test func `the balance loss is E when one expert takes all`() {
        let logits = Tensor((0..<8).flatMap { _ in [60, 0, 0, 0] as [Float] }, [8, 4])
        let report = assignment(RoutingRules(.switchOne, experts: 4, perToken: 1), logits).report(layer: 0)

        #expect(abs(report.balanceLoss.scalar - 4) < 1e-6)
        #expect(abs(report.maximalViolation - 3) < 1e-9 && report.entropy < 1e-6)
    }

    @Test func `the losses' gradients are those of the formulas`() throws {
        let rules = RoutingRules(.switchOne, experts: 3, perToken: 1)
        let (a, b) = (golden.asLeaf, golden.asLeaf)

        let balance = try #require(assignment(rules, a).report(layer: 0).balanceLoss.gradients()[a]).array
        let z = try #require(assignment(rules, b).report(layer: 0).zLoss.gradients()[b]).array

        let p = golden.softmax().array
        let sums = golden.logSumExp().array
        let shares: [Float] = [0.5, 0.25, 0.25]
        for token in 0..<4 {
            // dL/dP = E·f/G, through the softmax.
            let toP = shares.map { $0 * 3 / 4 }
            let along = (0..<3).reduce(Float(0)) { $0 + p[token * 3 + $1] * toP[$1] }
            for expert in 0..<3 {
                let index = token * 3 + expert
                #expect(abs(balance[index] - p[index] * (toP[expert] - along)) < 1e-6)
                #expect(abs(z[index] - 2 * sums[token] * p[index] / 4) < 1e-5)
            }
        }
    }

    @Test func `two experts' weights sum to one, and small seconds are left out at random in training alone`() {
        let rules = RoutingRules(.topTwo, experts: 4, perToken: 2)
        let logits = Tensor((0..<2000).flatMap { _ in [3, 0.5, 0, 0] as [Float] }, [2000, 4])

        let evaluated = assignment(rules, logits)
        let trained = assignment(rules, logits, training: TrainingMode(using: SeededGenerator(seed: 2)))

        let second = evaluated.weights.array[1]
        let keptSeconds = (0..<2000).count { trained.isKept[$0 * 2 + 1] }
        let expected = Double(second) / rules.secondThreshold * 2000
        #expect(abs(evaluated.weights.array[0] + second - 1) < 1e-6)
        #expect(evaluated.isKept.allSatisfy { $0 })
        #expect((0..<2000).allSatisfy { trained.isKept[$0 * 2] })
        #expect(expected < 1000 && abs(Double(keptSeconds) - expected) < 5 * 22)
    }

    @Test func `first choices stand before second choices, earlier tokens before later`() {
        var rules = RoutingRules(.topK, experts: 2, perToken: 2)
        rules.capacityFactor = 0.75
        rules.minimumCapacity = 1
        // All four tokens choose expert 0 first but the last.
        let logits = Tensor([2, 1, 2, 1, 2, 1, 1, 2], [4, 2])

        let found = assignment(rules, logits, training: TrainingMode(using: SeededGenerator(seed: 1)))

        // Three places each: expert 0 takes tokens 0–2; expert 1 takes token 3 first, then the seconds of 0 and 1.
        #expect(rules.capacity(of: 4) == 3)
        #expect(found.choices == [0, 1, 0, 1, 0, 1, 1, 0])
        #expect(found.isKept == [true, true, true, true, true, false, true, false])
    }

    @Test func `a later token takes no place from an earlier one`() {
        var rules = RoutingRules(.switchOne, experts: 2, perToken: 1)
        rules.capacityFactor = 0.5
        rules.minimumCapacity = 1
        let logits = drawn([16, 2], 4)
        var other = logits
        other.mutate { values in
            values[30] = -values[30]
            values[31] = -values[31]
        }
        let training = TrainingMode(using: SeededGenerator(seed: 1))

        let a = assignment(rules, logits, training: training)
        let b = assignment(rules, other, training: training)

        #expect(a.choices[15] != b.choices[15])
        #expect(a.isKept.dropLast() == b.isKept.dropLast())
    }

    @Test func `padding takes no place and does not count`() {
        var rules = RoutingRules(.switchOne, experts: 3, perToken: 1)
        rules.capacityFactor = 0.1
        rules.minimumCapacity = 1
        let counted = TrainingMode(using: SeededGenerator(seed: 1), counted: [false, true, true, true])

        let found = assignment(rules, golden, training: counted)
        let report = found.report(layer: 0)

        #expect(found.isKept == [false, true, true, true])
        #expect(report.load == [1, 1, 1] && report.dropped == 0)
    }

    @Test func `jitter changes the router's input and nothing in evaluation`() {
        var rules = RoutingRules(.topK, experts: 4, perToken: 2)
        rules.jitter = 0.3
        let router = TokenRouter(
            width: WidthAxis(16), rules: rules, plan: ParameterPlan(),
            in: ParameterScope(RandomParameters(seed: 2)))
        let x = drawn([12, 16], 1)
        var training: TrainingMode? = TrainingMode(using: SeededGenerator(seed: 1))
        var none: TrainingMode?

        let jittered = router(x, training: &training).logits
        let plain = router(x, training: &none).logits

        #expect(relativeDifference(jittered, plain) > 1e-3)
        #expect(router(x, training: &none).logits.array == plain.array)
    }

    /// A router of random choices drops what TECHNIQUES.md §3c T7 measured.
    @Test(arguments: [(8, 256, 1.0, 0.069), (8, 256, 1.25, 0.008), (64, 256, 1.0, 0.194), (64, 256, 2.0, 0.007)])
    func `random choices drop as many as they should`(experts: Int, tokens: Int, factor: Double, expected: Double) {
        var rules = RoutingRules(.switchOne, experts: experts, perToken: 1)
        rules.capacityFactor = factor
        rules.minimumCapacity = 1
        let shares = (0..<40).map { seed in
            assignment(
                rules, drawn([tokens, experts], UInt64(seed) + 50),
                training: TrainingMode(using: SeededGenerator(seed: 1))
            ).report(layer: 0).droppedShare
        }

        #expect(abs(shares.reduce(0, +) / 40 - expected) < 0.01 + expected * 0.1)
    }

    @Test func `moving biases evens a skewed router's loads`() throws {
        let experts = 8
        var rules = RoutingRules(.biasBalanced, experts: experts, perToken: 2)
        rules.biasStep = 0.001
        let router = router(rules)
        let means = Tensor((0..<experts).map { Float($0) / 3.5 - 1 }, [experts])
        var none: TrainingMode?
        func report(_ step: UInt64) -> RouterReport {
            let logits = drawn([512, experts], step).addingToRows(means)
            return router.assignment(ofLogits: logits, training: &none).report(layer: 0)
        }

        let before = report(1).maximalViolation
        for step in 0..<500 { router.balance(load: report(UInt64(step) + 10).load) }
        let after = report(2).maximalViolation

        #expect(before > 0.9, "\(before)")
        #expect(after < 0.25, "\(after)")
    }

    @Test func `the balancing bias chooses and does not weigh`() {
        let rules = RoutingRules(.biasBalanced, experts: 3, perToken: 1)
        let logits = Tensor([2, 1, 0], [1, 3])

        let plain = assignment(rules, logits)
        let biased = assignment(rules, logits, bias: [0, 0, 1])

        #expect(plain.choices == [0] && biased.choices == [2])
        #expect(abs(biased.weights.array[0] - 1) < 1e-6)
    }
}
