import NeuralLayers
import TensorEngine
import Testing

/// Routers beyond the plain one; their choices on random models are in ArchitectureParityTests.
@Suite struct RouterTests {
    private let scope = ParameterScope(RandomParameters(seed: 5))
    private static let width = 16

    private func tokens(_ count: Int) -> Tensor {
        var generator = SeededGenerator(seed: 8)
        return Tensor.drawn([count, Self.width], .normal(20), using: &generator)
    }

    @Test func `an expert takes so many tokens of each sequence and no more`() {
        let router = CapacityRouter(width: Self.width, experts: 3, capacity: 2, bias: false, in: scope)
        let same = Tensor.concatenated([Tensor](repeating: tokens(1), count: 6))  // [6, width]

        let one = router(same, sequences: 1).weights.array
        let two = router(same, sequences: 2).weights.array

        #expect(one.map { $0 > 0 } == [true, true, false, false, false, false])
        #expect(two.map { $0 > 0 } == [true, true, false, true, true, false])
        #expect(two[0] == one[0] && two[3] == one[0])
    }

    @Test func `experts come from the groups that are kept`() {
        var choice = GroupLimitedRouter.Choice(experts: 12, perToken: 3)
        (choice.groups, choice.groupsKept, choice.usesSigmoid) = (4, 1, true)
        let router = GroupLimitedRouter(width: Self.width, choice: choice, in: scope)

        let routing = router(tokens(20), sequences: 1)

        for token in 0..<20 {
            let chosen = routing.choices[token * 3..<(token + 1) * 3]
            #expect(Set(chosen.map { $0 / 3 }).count == 1 && Set(chosen).count == 3)
        }
    }

    @Test func `the second expert is another one than the first`() {
        let router = SparseMixerRouter(width: Self.width, experts: 4, jitter: 0.3, in: scope)

        let routing = router(tokens(30), sequences: 1)

        #expect((0..<30).allSatisfy { routing.choices[2 * $0] != routing.choices[2 * $0 + 1] })
        #expect(routing.weights.array.allSatisfy { $0 > 0 && $0 <= 1 })
    }

    @Test func `gradients reach what each router weighs by`() {
        var choice = GroupLimitedRouter.Choice(experts: 6, perToken: 2)
        (choice.groups, choice.groupsKept, choice.normalises, choice.usesSigmoid) = (3, 2, true, true)
        let routers: [any ExpertRouter] = [
            CapacityRouter(width: Self.width, experts: 4, capacity: 3, bias: true, in: scope / "capacity"),
            GroupLimitedRouter(width: Self.width, choice: choice, in: scope / "groups"),
            SparseMixerRouter(width: Self.width, experts: 4, jitter: 0.5, in: scope / "mixer"),
        ]
        for parameter in scope.parameters { parameter.setTrainable(true) }
        for router in routers {
            let weights = router(tokens(12).scaled(by: 0.02), sequences: 1).weights

            let gradients = (weights * weights).sum().gradients()

            let found = scope.parameters.filter { $0.name.hasSuffix("weight") }.compactMap { gradients[$0] }
            #expect(found.count == 1 && found[0].array.contains { $0 != 0 } && found[0].array.allSatisfy(\.isFinite))
        }
    }

    /// Where T5's buckets begin, from −300 on: `T5Attention._relative_position_bucket` of transformers 5.23.
    struct Buckets: Sendable {
        let buckets: Int
        let greatest: Int
        let isBidirectional: Bool
        let starts: [Int]
        let values: [Int]

        static let all: [Buckets] = [
            Buckets(
                buckets: 32, greatest: 128, isBidirectional: true,
                starts: [
                    -300, -90, -63, -45, -31, -22, -15, -11, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 12,
                    16, 23, 32, 46, 64, 91,
                ], values: falling(from: 15) + Array(17...31)),
            Buckets(
                buckets: 32, greatest: 128, isBidirectional: false,
                starts: [
                    -300, -112, -98, -86, -76, -66, -58, -51, -45, -39, -34, -30, -26, -23, -20, -18, -15, -14, -13,
                    -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0,
                ], values: falling(from: 31)),
            Buckets(
                buckets: 8, greatest: 20, isBidirectional: true, starts: [-300, -6, -1, 0, 1, 2, 7],
                values: [3, 2, 1, 0, 5, 6, 7]),
            Buckets(
                buckets: 16, greatest: 64, isBidirectional: true,
                starts: [-300, -31, -15, -7, -3, -2, -1, 0, 1, 2, 3, 4, 8, 16, 32],
                values: falling(from: 7) + Array(9...15)),
            Buckets(
                buckets: 20, greatest: 90, isBidirectional: false,
                starts: [-300, -72, -57, -46, -37, -29, -24, -19, -15, -12, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0],
                values: falling(from: 19)),
        ]

        private static func falling(from first: Int) -> [Int] { (0...first).reversed() }
    }

    @Test(arguments: Buckets.all)
    func `relative positions fall into transformers' buckets`(golden: Buckets) {
        var found: [(start: Int, value: Int)] = []
        for offset in -300...300 {
            let bucket = RelativePositionBias.bucket(
                offset, buckets: golden.buckets, greatestDistance: golden.greatest,
                isBidirectional: golden.isBidirectional)
            if found.last?.value != bucket { found.append((offset, bucket)) }
        }

        #expect(found.map(\.start) == golden.starts && found.map(\.value) == golden.values)
    }
}
