import InterleavedData
import TensorEngine
import Testing

@Suite struct TextSpanTests {
    /// Sentinels that no text has.
    private static let sentinels = (0..<600).map { 1_000_000 - $0 }

    /// `L_in`, density, mean length → L, L_tgt, from T5's helper.
    private static let table: [(inputs: Int, density: Double, mean: Double, tokens: Int, targets: Int)] = [
        (512, 0.15, 3, 568, 114), (512, 0.15, 8, 588, 100), (512, 0.5, 3, 766, 512), (512, 0.5, 8, 908, 512),
        (512, 0.15, 64, 600, 92), (512, 0.5, 64, 1006, 512), (256, 0.15, 3, 284, 58), (128, 0.5, 3, 190, 128),
        (128, 0.15, 64, 149, 23),
    ]

    @Test func `the helper's lengths are T5's`() {
        for row in Self.table {
            let found = SpanLengths.fitting(inputLength: row.inputs, density: row.density, meanLength: row.mean)
            #expect(found == (row.tokens, row.targets), "\(row)")
        }
    }

    @Test func `every draw has the table's lengths, so that nothing is ever filled up`() {
        var generator = SeededGenerator(seed: 1)
        for row in Self.table where row.targets > Int((Double(row.tokens) * row.density).rounded()) + 1 {
            let text = Array(0..<row.tokens)
            for _ in 0..<100 {
                let lengths = SpanLengths(tokens: row.tokens, density: row.density, meanLength: row.mean)
                let cut = SpanCorruption.apply(
                    SpanCorruption.mask(lengths, using: &generator), to: text, sentinels: Self.sentinels)
                #expect(cut.inputs.count == lengths.inputs && cut.targets.count == lengths.targets)
                #expect(cut.inputs.count + 1 <= row.inputs && cut.targets.count + 1 == row.targets, "\(row)")
                // One token less fits where the helper shortened the text for its targets' sake.
                #expect(row.inputs - cut.inputs.count - 1 <= (row.density == 0.5 ? 1 : 0), "\(row)")
            }
        }
    }

    @Test func `where the helper counts no span there is one all the same`() {
        // 22 tokens of 149 in spans of 64: round(22 / 64) = 0 for the lengths, 1 for the mask (in T5 too).
        let lengths = SpanLengths(tokens: 149, density: 0.15, meanLength: 64)

        #expect(lengths.noise == 22 && lengths.spans == 1 && lengths.inputs + 1 == 129 && lengths.targets + 1 == 24)
    }

    @Test func `2,000 texts are put together again, masked as said`() {
        var generator = SeededGenerator(seed: 2)
        let settings = [(0.15, 3.0), (0.15, 8), (0.5, 3), (0.5, 8), (0.15, 64), (0.5, 64)]
        var failures = 0
        for draw in 0..<2000 {
            let (density, mean) = settings[draw % settings.count]
            let text = (0..<2 + generator.integer(below: 700)).map { _ in generator.integer(below: 500) }
            let lengths = SpanLengths(tokens: text.count, density: density, meanLength: mean)
            let mask = SpanCorruption.mask(lengths, using: &generator)

            let cut = SpanCorruption.apply(mask, to: text, sentinels: Self.sentinels)

            if SpanCorruption.reconstruct(cut, sentinels: Self.sentinels) != text { failures += 1 }
            let expected = min(
                max(Int((Double(text.count) * density).rounded(.toNearestOrEven)), 1), text.count - 1)
            let runs = mask.indices.count { mask[$0] && ($0 == 0 || !mask[$0 - 1]) }
            #expect(mask.count { $0 } == expected && runs == lengths.spans)
            #expect(mask.first == false && mask.last == true)
        }
        #expect(failures == 0)
    }

    @Test(arguments: [(10, 0.25, 2), (10, 0.35, 4), (30, 0.15, 4), (10, 0.45, 4), (50, 0.15, 8), (4, 0.125, 1)])
    func `halves are rounded to even`(tokens: Int, density: Double, noise: Int) {
        // 2.5 → 2, 3.5 → 4, 4.5 → 4, 7.5 → 8, 0.5 → 0 → 1.
        #expect(SpanLengths(tokens: tokens, density: density, meanLength: 3).noise == noise)
    }

    @Test func `later positions are cut out more often, the last one always`() {
        var generator = SeededGenerator(seed: 3)
        let lengths = SpanLengths(tokens: 100, density: 0.15, meanLength: 3)
        var counts = [Int](repeating: 0, count: 100)
        for _ in 0..<4000 {
            for (index, isNoise) in SpanCorruption.mask(lengths, using: &generator).enumerated() where isNoise {
                counts[index] += 1
            }
        }
        let shares = counts.map { Double($0) / 4000 }

        #expect(shares[0] == 0 && shares[99] == 1)
        // The second token is noise where the first kept run has length 1: (spans − 1)/(kept − 1) = 4/84.
        #expect(abs(shares[1] - 4.0 / 84) < 0.015)
        // The last but one is noise where the last span is longer than 1: 1 − 4/14.
        #expect(abs(shares[98] - 10.0 / 14) < 0.03)
        #expect(abs(shares.reduce(0, +) - 15) < 1e-9)
    }

    @Test(arguments: [2, 3, 10, 77]) func `one span is the end of the text`(tokens: Int) {
        var generator = SeededGenerator(seed: 4)
        let lengths = SpanLengths(tokens: tokens, density: 0.25, meanLength: 1000)

        let mask = SpanCorruption.mask(lengths, using: &generator)

        #expect(lengths.spans == 1)
        #expect(mask == (0..<tokens).map { $0 >= tokens - lengths.noise })
    }

    @Test func `divisions are equally likely`() {
        var generator = SeededGenerator(seed: 5)
        let lengths = SpanLengths(tokens: 8, density: 0.5, meanLength: 2)
        var seen: [[Bool]: Int] = [:]
        for _ in 0..<9000 { seen[SpanCorruption.mask(lengths, using: &generator), default: 0] += 1 }

        // 4 tokens in 2 spans: 3 divisions, and 3 of the 4 that stay.
        #expect(lengths.noise == 4 && lengths.spans == 2)
        #expect(seen.count == 9 && seen.values.allSatisfy { abs($0 - 1000) < 150 })
    }

    @Test func `spans never outnumber the tokens between them`() {
        for tokens in 2..<40 {
            let lengths = SpanLengths(tokens: tokens, density: 0.9, meanLength: 1)
            #expect(lengths.spans <= lengths.kept && lengths.spans <= lengths.noise && lengths.spans >= 1)
        }
    }

    @Test func `what was not made here is not put together`() {
        let sentinels = [99, 98]
        let good = SpanCorruption.Result(inputs: [1, 99, 2, 98], targets: [99, 5, 98, 6])
        #expect(SpanCorruption.reconstruct(good, sentinels: sentinels) == [1, 5, 2, 6])
        for (inputs, targets) in [
            ([1, 98], [99, 5]), ([1, 99], [5, 99]), ([1, 99, 98], [99, 5]), ([1], [99, 5]), ([1, 99], [98, 5]),
        ] {
            let result = SpanCorruption.Result(inputs: inputs, targets: targets)
            #expect(SpanCorruption.reconstruct(result, sentinels: sentinels) == nil)
        }
    }
}
