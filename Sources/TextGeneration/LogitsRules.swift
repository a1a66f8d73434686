import Foundation
import TensorEngine

/// The changes that options make to the logits of the next token, in transformers' order.
package struct LogitsRules: Sendable {
    package let options: GenerationOptions

    /// The rules of these options.
    package init(options: GenerationOptions) { self.options = options }

    /// Penalties and prohibitions: apply to searching and drawing alike.
    ///
    /// - Parameters:
    ///   - logits: of the next token, `[vocabulary]`.
    ///   - sequence: everything so far, prompt and image tokens included, as transformers counts it.
    ///   - generated: how many tokens of it are new.
    package func constrain(_ logits: inout [Float], sequence: [Int], generated: Int) {
        if options.repetitionPenalty != 1 {
            for id in Set(sequence) where id >= 0 && id < logits.count {
                logits[id] =
                    logits[id] < 0 ? logits[id] * options.repetitionPenalty : logits[id] / options.repetitionPenalty
            }
        }
        if options.noRepeatNgram > 0 {
            for id in Self.repeating(options.noRepeatNgram, in: sequence) where id >= 0 && id < logits.count {
                logits[id] = -.infinity
            }
        }
        if generated < options.minTokens {
            for id in options.endTokens where id >= 0 && id < logits.count { logits[id] = -.infinity }
        }
    }

    /// The tokens that would complete an n-gram that already occurred.
    static func repeating(_ length: Int, in sequence: [Int]) -> Set<Int> {
        guard sequence.count + 1 >= length, length > 0 else { return [] }
        let tail = sequence.suffix(length - 1)
        var found: Set<Int> = []
        var start = 0
        while start + length <= sequence.count {
            if sequence[start..<start + length - 1].elementsEqual(tail) { found.insert(sequence[start + length - 1]) }
            start += 1
        }
        return found
    }

    /// Temperature, top-k, top-p and min-p: narrow what is drawn from; impossible tokens become −∞.
    package func narrow(_ logits: inout [Float]) {
        if options.temperature != 1 { for index in logits.indices { logits[index] /= options.temperature } }
        if options.topK > 0, options.topK < logits.count {
            let threshold = logits.sorted(by: >)[options.topK - 1]
            for index in logits.indices where logits[index] < threshold { logits[index] = -.infinity }
        }
        if options.topP < 1 { keepNucleus(&logits) }
        if options.minP > 0 {
            let probabilities = Tensor(logits, [logits.count]).softmax().array
            let threshold = (probabilities.max() ?? 0) * options.minP
            for index in logits.indices where probabilities[index] < threshold { logits[index] = -.infinity }
        }
    }

    /// Removes the least likely tokens whose probabilities together stay within `1 − topP`; the likeliest always stays.
    private func keepNucleus(_ logits: inout [Float]) {
        let probabilities = Tensor(logits, [logits.count]).softmax().array
        let rising = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] < logits[$1] : $0 < $1 }
        var total: Float = 0
        for index in rising.dropLast() {
            total += probabilities[index]
            guard total <= 1 - options.topP else { break }
            logits[index] = -.infinity
        }
    }
}
