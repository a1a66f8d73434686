import Foundation
import Testing
import TextGeneration

@Suite struct LogitsRulesTests {
    @Test func `there are goldens`() { #expect(GenerationGoldens.rules.count > 100) }

    @Test(arguments: GenerationGoldens.rules)
    func `equals the library`(golden: GenerationGoldens.Rule) {
        let rules = LogitsRules(options: golden.options)
        var scores = golden.scores

        rules.constrain(&scores, sequence: golden.sequence, generated: golden.sequence.count)
        rules.narrow(&scores)

        let differences = zip(scores, golden.result).map { $0 == $1 ? 0 : abs($0 - $1) }
        #expect(scores.count == golden.result.count && differences.allSatisfy { $0 <= 1e-5 }, "\(scores)")
    }

    /// The rules applied to `scores`, after the ids `sequence`.
    private func applied(
        _ scores: [Float], sequence: [Int] = [], generated: Int = 0, _ change: (inout GenerationOptions) -> Void
    ) -> [Float] {
        var options = GenerationOptions()
        change(&options)
        let rules = LogitsRules(options: options)
        var scores = scores
        rules.constrain(&scores, sequence: sequence, generated: generated)
        rules.narrow(&scores)
        return scores
    }

    @Test func `a penalty divides what is positive and multiplies what is negative`() {
        let scores = applied([3, -3, 1, 0], sequence: [0, 1, 1, 3]) { $0.repetitionPenalty = 2 }

        #expect(scores == [1.5, -6, 1, 0])
    }

    @Test func `ids that have no logit are passed over`() {
        let scores = applied([3, 1], sequence: [-1, -1, 7, 7, -1]) {
            $0.repetitionPenalty = 2
            $0.noRepeatNgram = 2
            $0.minTokens = 1
            $0.endTokens = [-5, 9]
        }

        #expect(scores == [3, 1])
    }

    @Test func `an n-gram does not come back`() {
        let scores = applied([1, 1, 1, 1], sequence: [0, 1, 2, 0, 1]) { $0.noRepeatNgram = 3 }

        #expect(scores == [1, 1, -.infinity, 1])
    }

    @Test func `no image token comes back as an n-gram of one`() {
        let scores = applied([1, 1], sequence: [-1, -1, 1]) { $0.noRepeatNgram = 1 }

        #expect(scores == [1, -.infinity])
    }

    @Test(arguments: [0, 1, 2, 3]) func `no end before the least number of tokens`(generated: Int) {
        let scores = applied([1, 2, 3], generated: generated) {
            $0.minTokens = 2
            $0.endTokens = [1, 2]
        }

        #expect(scores == (generated < 2 ? [1, -.infinity, -.infinity] : [1, 2, 3]))
    }

    @Test func `top-p keeps the smallest set that reaches p`() {
        // Probabilities 0.5, 0.25, 0.125, 0.125.
        let logits: [Float] = [3, 2, 1, 1].map { $0 * Float(log(2.0)) }

        #expect(applied(logits) { $0.topP = 0.7 }.map(\.isFinite) == [true, true, false, false])
        #expect(applied(logits) { $0.topP = 0.8 }.filter(\.isFinite).count == 3)
        #expect(applied(logits) { $0.topP = 0.01 }.map(\.isFinite) == [true, false, false, false])
    }

    @Test func `min-p is relative to the likeliest`() {
        let logits: [Float] = [3, 2, 1, 1].map { $0 * Float(log(2.0)) }

        #expect(applied(logits) { $0.minP = 0.4 }.map(\.isFinite) == [true, true, false, false])
        #expect(applied(logits) { $0.minP = 0.2 }.map(\.isFinite) == [true, true, true, true])
    }

    @Test func `top-k keeps ties of the last`() {
        #expect(applied([1, 5, 3, 3, 0]) { $0.topK = 2 }.map(\.isFinite) == [false, true, true, true, false])
    }
}
