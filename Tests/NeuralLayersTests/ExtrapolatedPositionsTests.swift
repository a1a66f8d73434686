import Foundation
import NeuralLayers
import TensorEngine
import Testing

@Suite struct ExtrapolatedPositionsTests {
    /// The score of a query of ones at `query` and a key of ones at `key`, without the scale of attention.
    private func score(_ positions: ExtrapolatedPositions, _ query: Int, _ key: Int) -> Double {
        let tables = positions.tables(positions: [query, key], decayPositions: [query, key])
        let ones = Tensor(repeating: 1, [1, 2, positions.width])
        let q = ones.rotated(heads: 1, by: tables.queries).array
        let k = ones.rotated(heads: 1, by: tables.keys).array
        return (0..<positions.width).reduce(0) { $0 + Double(q[$1]) * Double(k[positions.width + $1]) }
    }

    /// The same in double, from the formula.
    private func exact(_ positions: ExtrapolatedPositions, _ distance: Int) -> Double {
        zip(positions.radians, positions.decays).reduce(0) { sum, pair in
            sum + 2 * cos(pair.0 * Double(distance)) * pow(pair.1, Double(distance) / positions.scale)
        }
    }

    @Test(arguments: [(0, 0, 8.0), (1, 0, 7.062398), (10, 3, 6.973588), (107, 100, 6.973588), (513, 1, 1.924011)])
    func `scores of ones are the golden's`(query: Int, key: Int, expected: Double) {
        let positions = ExtrapolatedPositions(width: 8)

        #expect(abs(score(positions, query, key) - expected) < 5e-4)
        #expect(abs(exact(positions, query - key) - expected) < 1e-6)
    }

    @Test func `decays of a head of eight`() {
        let decays = ExtrapolatedPositions(width: 8).decays

        for (a, b) in zip(decays, [0.285714, 0.464286, 0.642857, 0.821429]) { #expect(abs(a - b) < 1e-6) }
    }

    @Test(arguments: [(0, 1.0), (64, 0.428), (256, 0.324), (1024, 0.182), (2048, 0.077), (8192, -0.001)])
    func `the mean score of ones falls with distance`(distance: Int, expected: Double) {
        let positions = ExtrapolatedPositions(width: 64)

        #expect(abs(exact(positions, distance) / 64 - expected) < 2e-3)
        #expect(abs(score(positions, distance, 0) / 64 - expected) < 3e-3)
    }

    @Test(arguments: [(0, 1000), (512, 0), (512, 4000)])
    func `neither shift nor centre changes a score`(centre: Int, shift: Int) {
        let plain = ExtrapolatedPositions(width: 16)
        let moved = ExtrapolatedPositions(width: 16, centre: centre)

        for (query, key) in [(3, 0), (40, 12), (700, 1)] {
            #expect(abs(score(moved, query + shift, key + shift) - score(plain, query, key)) < 5e-3)
        }
    }

    @Test func `without decay it is rotary positions of neighbouring pairs`() {
        let x = drawn([1, 3, 16], 2)
        let endless = ExtrapolatedPositions(width: 8, scale: 1e12)
        let rotary = RotaryFrequencies(width: 8, interleaved: true)

        let tables = endless.tables(positions: [0, 5, 90], decayPositions: [0, 5, 90])
        let plain = rotary.table(positions: [0, 5, 90])

        #expect(relativeDifference(x.rotated(heads: 2, by: tables.queries), x.rotated(heads: 2, by: plain)) < 1e-5)
        #expect(relativeDifference(x.rotated(heads: 2, by: tables.keys), x.rotated(heads: 2, by: plain)) < 1e-5)
    }

    @Test func `tokens of a prefix do not decay among each other`() {
        var pass = DecoderPass.documents([[PackedDocument(tokens: 6, prefix: 4)]], sequence: 8)
        let encoding = PositionEncoding.extrapolated(ExtrapolatedPositions(width: 8))

        #expect(pass.positions == [0, 1, 2, 3, 4, 5, 0, 0])
        #expect(pass.decayPositions == [3, 3, 3, 3, 4, 5, 0, 0])
        #expect(pass.tables(encoding).queries.positions == 8)
    }

    @Test func `within its reach float32 holds both factors`() {
        let positions = ExtrapolatedPositions(width: 64, centre: 256)
        let end = positions.centre + positions.reach
        let tables = positions.tables(positions: [end], decayPositions: [end])
        let ones = Tensor(repeating: 1, [1, 1, 64])

        #expect(ones.rotated(heads: 1, by: tables.queries).array.allSatisfy { $0.isFinite && abs($0) < 2 })
        #expect(ones.rotated(heads: 1, by: tables.keys).array.allSatisfy { $0.isFinite })
        #expect(positions.reach > 20_000)
    }
}
