import TensorEngine
import TextGeneration
import VisionLanguage

/// Greedy decoding of several contexts side by side: the weights are read once a step for all of them.
///
/// Gives what `TextGenerator` gives for each context alone: rows of `ConditionalTextModel.advance` do not depend on one
/// another.
struct GreedyBatch: Sendable {
    let model: any ConditionalTextModel
    let options: GenerationOptions

    /// Ids with their log-probabilities.
    struct Written: Sendable {
        var ids: [Int] = []
        var logProbabilities: [Float] = []
    }

    /// The likeliest continuation of each reading; an unreadable one gives its error back.
    func sequences(
        after readings: [Result<FolderModel.Reading, ModelUseError>]
    ) -> [Result<Written, ModelUseError>] {
        var results = readings.map { $0.map { _ in Written() } }
        var running: [Int] = []
        var states: [DecodingState] = []
        var rows: [[Float]] = []
        for (index, result) in readings.enumerated() {
            guard case .success(let reading) = result, limit(of: reading) > 0 else { continue }
            let (state, logits) = model.begin(after: reading.prefix, prompt: reading.ids)
            running.append(index)
            states.append(state)
            rows.append(logits.array)
        }
        while !running.isEmpty {
            var next: [Int] = []
            var going: [Int] = []
            var goingStates: [DecodingState] = []
            for (position, index) in running.enumerated() {
                guard case .success(let reading) = readings[index], case .success(var sequence) = results[index]
                else { continue }
                let token = choose(rows[position], reading: reading, generated: sequence.ids)
                sequence.ids.append(token)
                sequence.logProbabilities.append(TextGenerator.logProbability(of: token, in: rows[position]))
                results[index] = .success(sequence)
                guard !options.endTokens.contains(token), sequence.ids.count < limit(of: reading) else { continue }
                next.append(token)
                going.append(index)
                goingStates.append(states[position])
            }
            running = going
            // The old list lets go of its caches, so that these grow in place.
            states = []
            swap(&states, &goingStates)
            guard !running.isEmpty else { break }
            let logits = model.advance(&states, by: next)  // [running, vocabulary]
            rows = running.indices.map { logits.element($0).array }
        }
        return results
    }

    private func limit(of reading: FolderModel.Reading) -> Int {
        min(options.maxTokens, reading.room ?? options.maxTokens)
    }

    private func choose(_ logits: [Float], reading: FolderModel.Reading, generated: [Int]) -> Int {
        var scores = logits
        LogitsRules(options: options).constrain(
            &scores, sequence: model.penalised(context: reading.seen, prompt: reading.ids) + generated,
            generated: generated.count)
        return TextGenerator.greatest(scores)
    }
}
