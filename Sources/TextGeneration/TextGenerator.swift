import TensorEngine
import TextTokens
import VisionLanguage

/// Writes text token by token.
package struct TextGenerator: Sendable {
    /// The language model.
    package let model: any ConditionalTextModel
    /// How.
    package var options: GenerationOptions

    /// A generator with these options.
    package init(model: any ConditionalTextModel, options: GenerationOptions) {
        self.model = model
        self.options = options
    }

    /// A sequence of ids and the probabilities of its tokens.
    package struct Sequence: Sendable, Equatable {
        /// Generated ids.
        package var ids: [Int] = []
        /// Log-probability of each under the model.
        package var logProbabilities: [Float] = []
    }

    /// Goes on from a prefix and a prompt until an end token or the limit.
    ///
    /// - Parameters:
    ///   - prefix: what the pictures contribute.
    ///   - prompt: ids of the prompt.
    ///   - context: ids that penalties count as seen besides the prompt (image tokens), as transformers counts them.
    ///   - generator: for drawing.
    ///   - onToken: called with each new token of the first sequence as it is made; return false to stop. Not called by
    ///     beam search, whose tokens are known only at its end.
    /// - Returns: `options.sequences` sequences, the best first where they are searched.
    package func generate(
        after prefix: ContextPrefix, prompt: [Int], context: [Int] = [], using generator: inout SeededGenerator,
        onToken: (Int) -> Bool = { _ in true }
    ) -> [Sequence] {
        let (state, logits) = model.begin(after: prefix, prompt: prompt)
        let sequence = model.penalised(context: context, prompt: prompt)
        if options.beams > 1 {
            return BeamSearch(model: model, options: options).search(from: state, logits: logits, sequence: sequence)
        }
        return continuing(state, logits, sequence: sequence, using: &generator, onToken: onToken)
    }

    private func continuing(
        _ state: DecodingState, _ logits: Tensor, sequence: [Int], using generator: inout SeededGenerator,
        onToken: (Int) -> Bool
    ) -> [Sequence] {
        let count = options.samples ? options.sequences : 1
        var results = [Sequence](repeating: Sequence(), count: count)
        var states = [DecodingState](repeating: state, count: count)
        var running = Array(0..<count)
        var rows = [[Float]](repeating: logits.array, count: count)
        guard options.maxTokens > 0 else { return results }
        while true {
            var next: [Int] = []
            var stillRunning: [Int] = []
            for (row, index) in zip(rows, running) {
                let token = choose(
                    row, sequence: sequence + results[index].ids, generated: results[index].ids.count, using: &generator
                )
                results[index].ids.append(token)
                results[index].logProbabilities.append(Self.logProbability(of: token, in: row))
                let goesOn = index != 0 || onToken(token)
                if goesOn, !options.endTokens.contains(token), results[index].ids.count < options.maxTokens {
                    next.append(token)
                    stillRunning.append(index)
                }
            }
            if stillRunning.isEmpty { return results }
            var advancing = stillRunning.map { states[$0] }
            states = states.map { _ in .empty }
            let logits = model.advance(&advancing, by: next)  // [running, vocabulary]
            for (position, index) in stillRunning.enumerated() { states[index] = advancing[position] }
            running = stillRunning
            rows = running.indices.map { logits.element($0).array }
        }
    }

    private func choose(
        _ logits: [Float], sequence: [Int], generated: Int, using generator: inout SeededGenerator
    ) -> Int {
        var scores = logits
        let rules = LogitsRules(options: options)
        rules.constrain(&scores, sequence: sequence, generated: generated)
        guard options.samples else { return Self.greatest(scores) }
        rules.narrow(&scores)
        return Self.drawn(from: scores, using: &generator)
    }

    /// The index of the greatest element, the first among equals.
    package static func greatest(_ values: [Float]) -> Int {
        var best = 0
        for index in values.indices where values[index] > values[best] { best = index }
        return best
    }

    private static func drawn(from logits: [Float], using generator: inout SeededGenerator) -> Int {
        let probabilities = Tensor(logits, [logits.count]).softmax().array
        var rest = generator.unit() * probabilities.reduce(0.0) { $0 + Double($1) }
        for (index, probability) in probabilities.enumerated() where probability > 0 {
            rest -= Double(probability)
            if rest < 0 { return index }
        }
        return greatest(logits)
    }

    /// `log softmax(logits)[token]`
    package static func logProbability(of token: Int, in logits: [Float]) -> Float {
        logits[token] - Tensor(logits, [logits.count]).logSumExp().scalar
    }
}
