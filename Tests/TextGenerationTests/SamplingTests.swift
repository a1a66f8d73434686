import Foundation
import TensorEngine
import Testing
import TextGeneration

@Suite struct SamplingTests {
    private func options(_ change: (inout GenerationOptions) -> Void) -> GenerationOptions {
        var options = GenerationOptions()
        change(&options)
        return options
    }

    @Test func `greedy takes the likeliest until the limit`() {
        let options = options { $0.maxTokens = 5 }

        #expect(BigramDecoder(ring: 4).generate(options, prompt: [0])[0].ids == [1, 2, 3, 0, 1])
    }

    @Test func `an end token ends and is kept`() {
        let options = options { $0.endTokens = [3, 9] }

        let sequence = BigramDecoder(ring: 5).generate(options, prompt: [0])[0]

        #expect(sequence.ids == [1, 2, 3])
        // Each step's likeliest logit is 4, the others 2, 0, 0, 0.
        let expected = 4 - log(exp(Float(4)) + exp(2) + 3)
        #expect(sequence.logProbabilities.allSatisfy { abs($0 - expected) < 1e-5 })
    }

    @Test func `before the least number of tokens the second best stands in`() {
        let options = options {
            $0.endTokens = [3]
            $0.minTokens = 3
            $0.maxTokens = 6
        }

        // After 2 the end is forbidden: 4 is second. After 4: 0, 1, 2, 3 as usual, cut at six.
        #expect(BigramDecoder(ring: 5).generate(options, prompt: [0])[0].ids == [1, 2, 4, 0, 1, 2])
    }

    @Test func `no new token is made where none is asked for`() {
        let options = options { $0.maxTokens = 0 }

        #expect(BigramDecoder(ring: 5).generate(options, prompt: [0])[0].ids.isEmpty)
    }

    @Test func `a listener sees every token and may stop`() {
        var heard: [Int] = []

        let ids = BigramDecoder(ring: 9).generate(options { _ in }, prompt: [0]) {
            heard.append($0)
            return heard.count < 4
        }[0].ids

        #expect(heard == [1, 2, 3, 4] && ids == heard)
    }

    @Test func `draws are as frequent as they are likely`() {
        let probabilities = [0.5, 0.3, 0.15, 0.05]
        let decoder = BigramDecoder(everywhere: probabilities.map { Float(log($0)) })
        let options = options {
            $0.samples = true
            $0.maxTokens = 4_000
            $0.sequences = 2
        }

        let sequences = decoder.generate(options, prompt: [0], seed: 3)

        #expect(sequences.count == 2 && sequences[0].ids != sequences[1].ids)
        for sequence in sequences {
            for (id, probability) in probabilities.enumerated() {
                let share = Double(sequence.ids.filter { $0 == id }.count) / 4_000
                // Four standard errors.
                #expect(abs(share - probability) < 4 * (probability * (1 - probability) / 4_000).squareRoot())
            }
        }
    }

    @Test func `the same seed draws the same, another one differently`() {
        let decoder = BigramDecoder(everywhere: [0, 0, 0, 0, 0])
        let options = options { $0.samples = true }

        let first = decoder.generate(options, prompt: [0], seed: 1)

        #expect(first == decoder.generate(options, prompt: [0], seed: 1))
        #expect(first != decoder.generate(options, prompt: [0], seed: 2))
    }

    @Test func `forbidden tokens are never drawn`() {
        let options = options {
            $0.samples = true
            $0.topK = 2
            $0.maxTokens = 500
        }

        let ids = BigramDecoder(everywhere: [1, 0.9, 0.8, 0.7]).generate(options, prompt: [0])[0].ids

        #expect(Set(ids) == [0, 1])
    }

    @Test func `probabilities are the model's own, whatever the rules`() {
        let options = options {
            $0.samples = true
            $0.topK = 1
            $0.temperature = 0.1
            $0.maxTokens = 3
        }

        let sequence = BigramDecoder(everywhere: [0, 0]).generate(options, prompt: [0])[0]

        #expect(sequence.logProbabilities.allSatisfy { abs($0 - log(Float(0.5))) < 1e-6 })
    }
}
