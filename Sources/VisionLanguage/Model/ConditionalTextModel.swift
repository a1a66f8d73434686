import NeuralLayers
import TensorEngine

/// A language model that writes text after pictures and a prompt, whatever its architecture.
///
/// What depends on the pictures alone is computed once, as a `prefix`; each prompt goes on from there.
package protocol ConditionalTextModel: Sendable {
    /// What stands before the prompt contributes: pictures, and texts between them.
    func prefix(reading parts: [ContextPart]) -> ContextPrefix

    /// Reads a prompt after the prefix.
    /// - Returns: the state to go on from, and the logits of the next token, `[vocabulary]`.
    func begin(after prefix: ContextPrefix, prompt: [Int]) -> (state: DecodingState, logits: Tensor)

    /// Reads one more token of each sequence.
    /// - Returns: the logits of the tokens after them, `[sequences, vocabulary]`.
    func advance(_ states: inout [DecodingState], by tokens: [Int]) -> Tensor

    /// The logits that predict each token of `continuation` after prefix and prompt, `[continuation, vocabulary]`.
    func logits(after prefix: ContextPrefix, prompt: [Int], continuation: [Int]) -> Tensor

    /// The ids that stand before the answer for penalties on what was said: `context` for the pictures, then the prompt, where
    /// all is one sequence.
    func penalised(context: [Int], prompt: [Int]) -> [Int]
}

extension ConditionalTextModel {
    /// What the pictures contribute: `images` of `[queries, width]` each, in the order of the prompt.
    package func prefix(of images: [Tensor]) -> ContextPrefix { prefix(reading: images.map { .picture($0) }) }

    package func penalised(context: [Int], prompt: [Int]) -> [Int] { context + prompt }
}

/// A part of what stands before a prompt, as embeddings.
package enum ContextPart: Sendable {
    /// A picture's image tokens, `[queries, width]`.
    case picture(Tensor)
    /// Words between pictures, as in a solved example, `[tokens, width]`.
    case text(Tensor)

    /// `[tokens, width]`
    var embeddings: Tensor {
        switch self {
        case .picture(let embeddings), .text(let embeddings): embeddings
        }
    }

    var isPicture: Bool { if case .picture = self { true } else { false } }
}

/// What the pictures of a prompt contribute.
package struct ContextPrefix: Sendable {
    /// Embeddings of all that stands before the prompt, `[tokens, width]`; nil where nothing does.
    package let embeddings: Tensor?
    /// The cache after reading them, for decoder-only models.
    package let cache: KeyValueCache?
    /// The logits after the last image token, `[vocabulary]`, for an empty prompt.
    package let logits: Tensor?
    /// What adapters need of the pictures; nil without adapters.
    package var pictures: PictureMemory?
    /// For each of the embeddings, the picture that it saw last; −1 for none. Empty without adapters.
    var latest: [Int] = []
}

/// Where the writing of one sequence stands.
package struct DecodingState: Sendable {
    /// Keys and values of everything read so far (by an encoder–decoder's decoder).
    package var cache: KeyValueCache
    /// What an encoder made of pictures and prompt, which all answers to them share.
    package let context: EncodedContext?
    /// What adapters need of the pictures; nil without adapters.
    package let pictures: PictureMemory?

    /// The state of this cache.
    package init(cache: KeyValueCache, context: EncodedContext? = nil, pictures: PictureMemory? = nil) {
        self.cache = cache
        self.context = context
        self.pictures = pictures
    }

    /// Nothing: what a state is while its cache is on loan.
    package static let empty = DecodingState(cache: KeyValueCache(layers: []))
}

/// A decoder-only model: pictures, prompt and answer are one sequence.
package struct DecoderOnlyModel: ConditionalTextModel {
    /// The decoder.
    package let decoder: any TextDecoder

    /// The model of this decoder.
    package init(_ decoder: any TextDecoder) { self.decoder = decoder }

    package func prefix(reading parts: [ContextPart]) -> ContextPrefix {
        let cache = decoder.makeCache()
        guard !parts.isEmpty else { return ContextPrefix(embeddings: nil, cache: cache, logits: nil) }
        let embeddings = Tensor.concatenated(parts.map(\.embeddings))  // [tokens, width]
        let memory = memory(of: parts)
        let latest = memory == nil ? [] : Self.latest(in: parts)
        // Tokens that see the prompt after them cannot be read before it is known.
        if decoder.readsPrefixBothWays {
            return ContextPrefix(embeddings: embeddings, cache: nil, logits: nil, pictures: memory, latest: latest)
        }
        var caches = [cache]
        let hidden = read(embeddings, &caches, pictures: memory, latest: latest)  // [tokens, width]
        let last = decoder.logits(hidden.slice(hidden.shape[0] - 1..<hidden.shape[0]))
        return ContextPrefix(
            embeddings: embeddings, cache: caches[0], logits: last.element(0), pictures: memory, latest: latest)
    }

    /// What adapters need of the pictures among these parts; nil without adapters or pictures.
    private func memory(of parts: [ContextPart]) -> PictureMemory? {
        let pictures = parts.filter(\.isPicture).map(\.embeddings)
        guard let adapters = decoder.adapters, !pictures.isEmpty else { return nil }
        let media = Tensor.concatenated(pictures)  // [pictures·queries, width]
        return adapters.memory(of: media.reshaped([1] + media.shape), pictures: pictures.count)
    }

    /// The picture that each token of these parts saw last, an image token its own; −1 for none.
    private static func latest(in parts: [ContextPart]) -> [Int] {
        var picture = -1
        return parts.flatMap { part in
            if part.isPicture { picture += 1 }
            return [Int](repeating: picture, count: part.embeddings.shape[0])
        }
    }

    package func begin(after prefix: ContextPrefix, prompt: [Int]) -> (state: DecodingState, logits: Tensor) {
        var caches = [prefix.cache ?? decoder.makeCache()]
        if prompt.isEmpty, let logits = prefix.logits {
            return (DecodingState(cache: caches[0], pictures: prefix.pictures), logits)
        }
        let unread = prefix.cache == nil ? prefix.embeddings : nil
        precondition(!prompt.isEmpty || unread != nil, "neither pictures nor a prompt")
        let parts = [unread] + (prompt.isEmpty ? [] : [decoder.embeddings(of: prompt)])
        let embeddings = Tensor.concatenated(parts.compactMap(\.self))  // [queries + prompt, width]
        let hidden = read(
            embeddings, &caches, isPrefix: decoder.readsPrefixBothWays, pictures: prefix.pictures,
            latest: unread == nil ? [] : prefix.latest)
        let logits = decoder.logits(hidden.slice(hidden.shape[0] - 1..<hidden.shape[0]))
        return (DecodingState(cache: caches[0], pictures: prefix.pictures), logits.element(0))
    }

    package func advance(_ states: inout [DecodingState], by tokens: [Int]) -> Tensor {
        precondition(states.count == tokens.count, "\(tokens.count) tokens for \(states.count) sequences")
        var rows: [Tensor] = []
        // Groups small enough for the kernels whose rows do not depend on one another: a sequence's answer is the
        // same in any company.
        for start in stride(from: 0, to: states.count, by: Tensor.decodeRows) {
            let group = start..<min(states.count, start + Tensor.decodeRows)
            var caches = group.map { states[$0].cache }
            // The states let go of their caches, so that these grow in place.
            for index in group { states[index].cache = DecodingState.empty.cache }
            let embeddings = decoder.embeddings(of: Array(tokens[group]))  // [group, width]
            var pass = DecoderPass(tokens: 1, after: caches)
            pass.pictures = Self.view(group.map { states[$0].pictures })
            caches = []
            let hidden = decoder.hiddenStates(embeddings.reshaped([group.count, 1, embeddings.shape[1]]), pass: &pass)
            for (index, cache) in zip(group, pass.caches) { states[index].cache = cache }
            rows.append(decoder.logits(hidden.reshaped([group.count, hidden.shape[2]])))
        }
        return rows.count == 1 ? rows[0] : .concatenated(rows)
    }

    package func logits(after prefix: ContextPrefix, prompt: [Int], continuation: [Int]) -> Tensor {
        let (state, first) = begin(after: prefix, prompt: prompt)
        guard continuation.count > 1 else { return first.reshaped([1, first.count]) }
        var caches = [state.cache]
        let hidden = read(
            decoder.embeddings(of: Array(continuation.dropLast())), &caches, pictures: state.pictures)
        return .concatenated([first.reshaped([1, first.count]), decoder.logits(hidden)])
    }

    /// What one more token of each sequence has seen: all pictures of its sequence, the last one last.
    private static func view(_ memories: [PictureMemory?]) -> PicturesInView? {
        guard memories.contains(where: { $0 != nil }) else { return nil }
        return PicturesInView(memories, latest: memories.map { ($0?.pictures ?? 0) - 1 })
    }

    /// Reads embeddings `[tokens, width]` of one sequence after its cache; the hidden states `[tokens, width]`.
    ///
    /// - Parameters:
    ///   - pictures: what adapters need of the sequence's pictures.
    ///   - latest: of the first tokens, the picture that each saw last; all others have seen every picture.
    private func read(
        _ embeddings: Tensor, _ caches: inout [KeyValueCache], isPrefix: Bool = false,
        pictures: PictureMemory? = nil, latest: [Int] = []
    ) -> Tensor {
        var pass = DecoderPass(tokens: embeddings.shape[0], after: caches, isPrefix: isPrefix)
        if let pictures {
            let others = [Int](repeating: pictures.pictures - 1, count: embeddings.shape[0] - latest.count)
            pass.pictures = PicturesInView([pictures], latest: latest + others)
        }
        caches = []
        let hidden = decoder.hiddenStates(
            embeddings.reshaped([1, embeddings.shape[0], embeddings.shape[1]]), pass: &pass)
        caches = pass.caches
        return hidden.element(0)
    }
}
