import TensorEngine

/// What one run of tokens through a decoder shares between its layers: where the tokens stand, what they may see, and
/// the caches that remember earlier ones.
package struct DecoderPass: Sendable {
    /// The position of each token, `[batch·sequence]`, batch by batch.
    package let positions: [Int]
    /// Visible keys where there is no cache.
    package let mask: AttentionMask?
    /// The cache of each batch element, where tokens follow earlier ones; empty for whole sequences.
    package var caches: [KeyValueCache]
    /// Router logits of each mixture-of-experts layer, `[tokens, experts]`, collected where asked for.
    package var routerLogits: [Tensor]?
    /// The experts each of those layers chose, `[tokens·perToken]`, collected where asked for.
    package var expertChoices: [[Int]]?
    /// Hidden states before each layer, collected where asked for.
    package var hiddenStates: [Tensor]?
    /// Where the noise of training comes from; nil in evaluation, which draws nothing.
    package var training: TrainingMode?
    /// Layers inside the decoder that are not its own; set by the decoder that has some.
    package var adapters: DecoderAdapters?
    /// The pictures that the tokens of this pass have seen; adapters look at them. nil for texts alone.
    package var pictures: PicturesInView?
    /// What sparse layers say about themselves, collected where asked for.
    package var reports: LayerReports?
    /// The position of each token on the scale of xPos's decay: its own, but for tokens that are read both ways, which all
    /// stand where the last of them stands.
    package let decayPositions: [Int]
    /// Whether the tokens after the caches see each other both ways.
    package let isPrefix: Bool
    /// Rotary tables of this pass, one a kind of layer, made when first needed.
    private var rotaryTables: [RotaryTableEntry] = []
    /// Tables of queries and keys of this pass, likewise.
    private var encodingTables: [EncodingEntry] = []

    private struct RotaryTableEntry: Sendable {
        let frequencies: RotaryFrequencies
        let table: RotaryTable
    }

    /// Position biases of this pass, which layers share.
    private var positionBiases: [PositionBiasEntry] = []

    private struct PositionBiasEntry: Sendable {
        let table: Parameter
        let queries: Range<Int>
        let keys: Int
        let bias: Tensor
    }

    private struct EncodingEntry: Sendable {
        let encoding: PositionEncoding
        let queries: RotaryTable
        let keys: RotaryTable
    }

    /// Whole sequences without caches: training, scoring.
    ///
    /// - Parameter decayPositions: nil for `positions`.
    package init(positions: [Int], mask: AttentionMask, decayPositions: [Int]? = nil) {
        self.positions = positions
        self.decayPositions = decayPositions ?? positions
        self.mask = mask
        isPrefix = false
        caches = []
    }

    /// `tokens` further tokens of each sequence after what its cache holds.
    ///
    /// - Parameter isPrefix: whether they see each other both ways, as tokens of a prefix do; a prefix is read in one pass.
    package init(tokens: Int, after caches: [KeyValueCache], isPrefix: Bool = false) {
        positions = caches.flatMap { cache in (0..<tokens).map { cache.count + $0 } }
        decayPositions =
            isPrefix
            ? caches.flatMap { cache in [Int](repeating: cache.count + tokens - 1, count: tokens) } : positions
        mask = nil
        self.isPrefix = isPrefix
        self.caches = caches
    }

    /// How many sequences of one length the positions are.
    private var sequences: Int {
        caches.isEmpty ? positions.count / max(1, mask?.queries ?? positions.count) : caches.count
    }

    /// The rotary table of this pass for these frequencies.
    package mutating func rotaryTable(_ frequencies: RotaryFrequencies) -> RotaryTable {
        if let found = rotaryTables.first(where: { $0.frequencies == frequencies }) { return found.table }
        let table = frequencies.table(positions: positions, sequences: sequences)
        rotaryTables.append(RotaryTableEntry(frequencies: frequencies, table: table))
        return table
    }

    /// The tables of this pass by which queries and keys are rotated.
    package mutating func tables(_ encoding: PositionEncoding) -> (queries: RotaryTable, keys: RotaryTable) {
        switch encoding {
        case .rotary(let frequencies):
            let table = rotaryTable(frequencies)
            return (table, table)
        case .extrapolated(let extrapolated):
            if let found = encodingTables.first(where: { $0.encoding == encoding }) {
                return (found.queries, found.keys)
            }
            let (queries, keys) = extrapolated.tables(positions: positions, decayPositions: decayPositions)
            encodingTables.append(EncodingEntry(encoding: encoding, queries: queries, keys: keys))
            return (queries, keys)
        }
    }

    /// `[heads, queries, keys]`, computed once for all layers that share the table.
    private mutating func positionBias(_ bias: RelativePositionBias, queries: Range<Int>, keys: Int) -> Tensor {
        if let found = positionBiases.first(where: {
            $0.table === bias.table && $0.queries == queries && $0.keys == keys
        }) {
            return found.bias
        }
        let made = bias(queries: queries, keys: keys)
        positionBiases.append(PositionBiasEntry(table: bias.table, queries: queries, keys: keys, bias: made))
        return made
    }

    /// Attention of the tokens of this pass in layer `layer`, through the caches where there are some.
    ///
    /// - Parameters:
    ///   - queries, keys, values: `[batch, sequence, width]`
    ///   - window: how many latest keys a query sees; nil for all.
    ///   - block: length of the blocks of blockwise causal attention; nil for none.
    ///   - sinks: `[heads]`, see `Tensor.attention`.
    ///   - bias: numbers added to the scores by distance.
    /// - Returns: `[batch, sequence, heads·valueWidth]`
    package mutating func attend(
        queries: Tensor, keys: Tensor, values: Tensor, shape: AttentionShape, layer: Int, window: Int? = nil,
        block: Int? = nil, sinks: Tensor? = nil, bias: RelativePositionBias? = nil
    ) -> Tensor {
        let tokens = queries.shape[1]
        guard !caches.isEmpty else {
            var visible = window.map { mask?.limited(toLast: $0) } ?? mask
            if let block { visible = visible?.blockwise(block, positions: positions) }
            let added = bias.map { positionBias($0, queries: 0..<tokens, keys: tokens) }
            return .attention(
                queries: queries, keys: keys, values: values, shape: shape, mask: visible, bias: added, sinks: sinks)
        }
        precondition(queries.shape[0] == caches.count, "\(queries.shape[0]) sequences for \(caches.count) caches")
        let outputs = caches.indices.map { index in
            caches[index].append(keys: keys.element(index), values: values.element(index), layer: layer)
            if let bias {
                let cached = caches[index][layer]
                let added = positionBias(bias, queries: cached.count - tokens..<cached.count, keys: cached.count)
                return Tensor.attention(
                    queries: queries.slice(index..<index + 1), keys: cached.keys, values: cached.values, shape: shape,
                    mask: .causal(batch: 1, queries: tokens, keys: cached.count), bias: added)
            }
            let query = queries.slice(index..<index + 1)
            if tokens > 1, isPrefix || block != nil {
                return attend(query, gathering: caches[index][layer], shape, window, block, sinks)
            }
            var reach = window
            if let block {
                let position = positions[index]
                let seen = position - AttentionMask.blockwiseStart(of: position, block: block) + 1
                reach = min(window ?? seen, seen)
            }
            return Tensor.attention(
                queries: query, cache: caches[index][layer], shape: shape, window: reach, sinks: sinks)
        }
        return outputs.count == 1 ? outputs[0] : .concatenated(outputs)
    }

    /// Several tokens after a cache under a mask that is not plainly causal: keys and values are copied together.
    private func attend(
        _ queries: Tensor, gathering cache: KeyValueCache.Layer, _ shape: AttentionShape, _ window: Int?,
        _ block: Int?, _ sinks: Tensor?
    ) -> Tensor {
        let tokens = queries.shape[1]
        let start = cache.count - tokens
        var mask =
            isPrefix
            ? AttentionMask.keys(lengths: [cache.count], queries: tokens)
            : AttentionMask.causal(batch: 1, queries: tokens, keys: cache.count)
        if let window { mask = mask.limited(toLast: window) }
        if let block { mask = mask.blockwise(block, positions: (0..<tokens).map { start + $0 }, offset: start) }
        return .attention(
            queries: queries, keys: cache.keys, values: cache.values, shape: shape, mask: mask, sinks: sinks)
    }
}

extension DecoderPass {
    /// Whole rows of documents behind each other, as they are packed for training: positions begin anew in each, none sees
    /// another, and prefixes are read both ways.
    ///
    /// - Parameters:
    ///   - rows: the documents of each batch element, together at most `sequence` tokens.
    package static func documents(_ rows: [[PackedDocument]], sequence: Int) -> DecoderPass {
        var positions: [Int] = [], decayPositions: [Int] = []
        for documents in rows {
            var used = 0
            for document in documents {
                positions += 0..<document.tokens
                decayPositions += (0..<document.tokens).map { max($0, document.prefix - 1) }
                used += document.tokens
            }
            positions += [Int](repeating: 0, count: sequence - used)
            decayPositions += [Int](repeating: 0, count: sequence - used)
        }
        return DecoderPass(
            positions: positions, mask: .documents(rows, sequence: sequence), decayPositions: decayPositions)
    }
}
