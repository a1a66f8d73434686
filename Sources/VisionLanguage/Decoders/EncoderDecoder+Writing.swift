import NeuralLayers
import TensorEngine

extension EncoderDecoder: ConditionalTextModel {
    /// The parts' embeddings: what the encoder makes of them depends on the prompt as well.
    package func prefix(reading parts: [ContextPart]) -> ContextPrefix {
        ContextPrefix(
            embeddings: parts.isEmpty ? nil : .concatenated(parts.map(\.embeddings)), cache: nil, logits: nil)
    }

    package func begin(after prefix: ContextPrefix, prompt: [Int]) -> (state: DecodingState, logits: Tensor) {
        let context = context(after: prefix, prompt: prompt)
        var caches = [makeCache()]
        let hidden = read([[sizes.startID]], &caches, contexts: [context])
        return (DecodingState(cache: caches[0], context: context), logits(hidden.element(0)).element(0))
    }

    package func advance(_ states: inout [DecodingState], by tokens: [Int]) -> Tensor {
        precondition(states.count == tokens.count, "\(tokens.count) tokens for \(states.count) sequences")
        var rows: [Tensor] = []
        // Groups small enough for the kernels whose rows do not depend on one another.
        for start in stride(from: 0, to: states.count, by: Tensor.decodeRows) {
            let group = start..<min(states.count, start + Tensor.decodeRows)
            var caches = group.map { states[$0].cache }
            let contexts = group.compactMap { states[$0].context }
            // The states let go of their caches, so that these grow in place.
            for index in group { states[index].cache = DecodingState.empty.cache }
            let hidden = read(group.map { [tokens[$0]] }, &caches, contexts: contexts)
            for (index, cache) in zip(group, caches) { states[index].cache = cache }
            rows.append(logits(hidden.reshaped([group.count, sizes.width])))
        }
        return rows.count == 1 ? rows[0] : .concatenated(rows)
    }

    package func logits(after prefix: ContextPrefix, prompt: [Int], continuation: [Int]) -> Tensor {
        var caches = [makeCache()]
        let answer = [sizes.startID] + continuation.dropLast()
        return logits(read([answer], &caches, contexts: [context(after: prefix, prompt: prompt)]).element(0))
    }

    /// The decoder's own tokens: penalties do not look at what the encoder reads.
    package func penalised(context: [Int], prompt: [Int]) -> [Int] { [sizes.startID] }

    /// What the encoder makes of pictures and prompt.
    private func context(after prefix: ContextPrefix, prompt: [Int]) -> EncodedContext {
        let text = prompt.isEmpty ? [] : [embeddings(of: prompt)]
        let parts = (prefix.embeddings.map { [$0] } ?? []) + text
        precondition(!parts.isEmpty, "neither pictures nor a prompt")
        let joined = Tensor.concatenated(parts)  // [sequence, width]
        var recorder = DecoderPass(tokens: 0, after: [])
        return context(of: encoded(joined.reshaped([1] + joined.shape), pass: &recorder))
    }

    /// Reads further tokens of answers, `[batch][tokens]` of one length, after their caches; `[batch, tokens, width]`.
    private func read(_ tokens: [[Int]], _ caches: inout [KeyValueCache], contexts: [EncodedContext]) -> Tensor {
        let embedded = embeddings(of: tokens.flatMap(\.self))
        var pass = DecoderPass(tokens: tokens[0].count, after: caches)
        caches = []
        let hidden = hiddenStates(
            embedded.reshaped([tokens.count, tokens[0].count, sizes.width]), contexts: contexts, pass: &pass)
        caches = pass.caches
        return hidden
    }
}
